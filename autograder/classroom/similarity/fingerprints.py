"""The fingerprints of what a student wrote: the skeleton is taken out, and of the rest every passage leaves a mark.

The marks are those of winnowing, by the library copydetect: of each few passages that overlap, the one with the
smallest hash is kept. Two works that share a passage of `PASSAGE + WINDOW - 1` tokens share a mark, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from copydetect.utils import get_document_fingerprints, hashed_kgrams

from autograder.classroom.similarity.tokens import Token, own_names, tokens

PASSAGE = 10  # tokens that one mark stands for
WINDOW = 4
_SKELETON = 8  # tokens in a row that are the skeleton's if they stand in it
GIVEN = Token(0, -1, -1)  # stands for any run of the skeleton's tokens


@dataclass(frozen=True)
class Skeleton:
    """The released modules: the attributes that they set, and every short passage of theirs."""

    names: frozenset[str]
    passages: Mapping[str, frozenset[int]]

    @classmethod
    def of(cls, modules: Mapping[str, str]) -> Skeleton:
        """Make one from the released modules: path to source."""
        names = frozenset[str]().union(*(own_names(source) for source in modules.values()))
        passages = {
            path: frozenset(_hashes([token.kind for token in tokens(source, names)], _SKELETON))
            for path, source in modules.items()
        }
        return cls(names, passages)

    def own(self, path: str, source: str) -> list[Token]:
        """The tokens of a module that are a student's own; each run of the skeleton's is one `GIVEN`."""
        return list(_own(self.names, self.passages.get(path, frozenset()), source))


@lru_cache(maxsize=64)  # the page shows a work beside many others
def _own(names: frozenset[str], passages: frozenset[int], source: str) -> tuple[Token, ...]:
    found = tokens(source, names)
    given = [False] * len(found)
    for place, passage in enumerate(_hashes([token.kind for token in found], _SKELETON)):
        if passage in passages:
            given[place : place + _SKELETON] = [True] * _SKELETON
    kept: list[Token] = []
    for token, skip in zip(found, given, strict=True):
        if not skip:
            kept.append(token)
        elif not kept or kept[-1] is not GIVEN:
            kept.append(GIVEN)
    return tuple(kept)


def marks(own: list[Token]) -> dict[int, list[int]]:
    """The marks of a sequence of tokens, each with the places where its passage begins."""
    # Numbers, not text: Python salts the hashes of text, and then no two runs agree.
    kinds = tuple(token.kind for token in own)
    if len(kinds) < PASSAGE:
        return {}
    _, found = get_document_fingerprints(kinds, PASSAGE, WINDOW)
    return {int(mark): [int(place) for place in places] for mark, places in found.items()}


def _hashes(kinds: list[int], length: int) -> list[int]:
    return [int(value) for value in hashed_kgrams(tuple(kinds), length)]
