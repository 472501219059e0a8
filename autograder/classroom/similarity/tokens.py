"""Source code as a sequence of tokens that stays the same when names, comments, texts and layout are changed.

No program is parsed here and none is run: code that Python could not read is compared as well as any other.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

# Each alternative takes at least one letter and cannot fail late: the time grows with the length alone.
_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n]*)
    |(?P<string>(?:\b[rbufRBUF]{1,2})?(?:
        \"{3}(?:[^\\]|\\.)*?(?:\"{3}|\Z) | '{3}(?:[^\\]|\\.)*?(?:'{3}|\Z)
        | \"(?:[^\"\\\n]|\\.)*\"? | '(?:[^'\\\n]|\\.)*'?))
    |(?P<name>[^\W\d]\w*)
    |(?P<number>\d[\w.]*)
    |(?P<sign>\S)
    """,
    re.VERBOSE | re.DOTALL,
)
_NAME, _TEXT = "a name", "a text"
_FIXED = frozenset(keyword.kwlist) | frozenset(dir(builtins)) | {"self"}


@dataclass(frozen=True)
class Token:
    """One token: what it counts as, and where it stands in the source."""

    kind: int
    start: int
    end: int


@dataclass(frozen=True)
class _Word:
    kind: str
    text: str
    start: int
    end: int


def tokens(source: str, given: Iterable[str] = ()) -> list[Token]:
    """Read a source as tokens.

    A name of the student's own counts as “a name”; one of the language, of a library or of the skeleton as itself.

    Args:
        source: the program.
        given: attributes that the skeleton sets, which everybody has.
    """
    words = _words(source)
    own = own_names(source, words) - set(given)
    return [Token(_number(_meaning(words, place, own)), word.start, word.end) for place, word in enumerate(words)]


def own_names(source: str, words: list[_Word] | None = None) -> set[str]:
    """The attributes, methods and classes that a source itself makes: `self.x`, `def x`, `class X`."""
    words = _words(source) if words is None else words
    texts = ["", "", *(word.text for word in words)]
    return {
        word.text
        for word, before, earlier in zip(words, texts[1:], texts, strict=False)
        if word.kind == "name" and (before in ("def", "class") or (before == "." and earlier == "self"))
    }


def _words(source: str) -> list[_Word]:
    words: list[_Word] = []
    depth = 0
    for match in _TOKEN.finditer(source):
        kind, text = str(match.lastgroup), match[0]
        depth += (text in "([{") - (text in ")]}") if kind == "sign" else 0
        if kind == "comment" or (kind == "string" and depth <= 0 and _stands_alone(source, match.start())):
            continue
        words.append(_Word(kind, text, match.start(), match.end()))
    return words


def _stands_alone(source: str, start: int) -> bool:
    """Is a text the first thing in its line? Then it is a docstring."""
    line = source.rfind("\n", 0, start) + 1
    return source[line:start].isspace() or line == start


def _meaning(words: list[_Word], place: int, own: set[str]) -> str:
    word = words[place]
    if word.kind == "string":
        return _TEXT
    if word.kind != "name" or word.text in _FIXED:
        return word.text
    before = words[place - 1].text if place else ""
    after = [other.text for other in words[place + 1 : place + 3]]
    keyword_argument = before in ("(", ",") and after[:1] == ["="] and after[1:] != ["="]
    known = (before == "." or keyword_argument) and word.text not in own
    return word.text if known else _NAME


def _number(meaning: str) -> int:
    return crc32(meaning.encode("utf-8", "replace"))
