"""A corpus made ready for training: vocabularies and ids, kept in a file so that the next time costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import torch
from checkpoints import fingerprint, load_tensors, save_tensors
from data import Corpus, cache_folder
from vocabulary import MAX_LENGTH, Encoded, Pair, Vocabulary, encode

_EDITION = 1  # another number when words or ids are made in another way: old files are then not used any more


@dataclass(frozen=True)
class Prepared:
    """A corpus, its vocabularies, and its parts as ids."""

    corpus: Corpus
    german: Vocabulary
    english: Vocabulary
    train: Encoded
    val: Encoded
    test: Encoded


def prepare(corpus: Corpus) -> Prepared:
    """Make a corpus ready, or take from the cache what was made ready before.

    The cache is a file beside the downloaded corpus; a damaged one is made anew, and one that cannot be written is
    done without.
    """
    digest = fingerprint(_EDITION, MAX_LENGTH, *("\n".join(map("\t".join, part)) for part in corpus.parts()))
    path = cache_folder() / f"ids-{digest}.safetensors"
    try:
        tensors, about = load_tensors(path)
        words = [Vocabulary.of(about[name]) for name in ("german", "english")]
        parts = [_read(tensors, name, getattr(corpus, name)) for name in ("train", "val", "test")]
        return Prepared(corpus, *words, *parts)
    except (ValueError, KeyError, IndexError):  # not there, or not whole
        made = _make(corpus)
    with suppress(OSError):
        save_tensors(path, _write(made), {"german": made.german.words, "english": made.english.words})
    return made


def _make(corpus: Corpus) -> Prepared:
    german = Vocabulary(sentence for sentence, _ in corpus.train)
    english = Vocabulary(sentence for _, sentence in corpus.train)
    return Prepared(corpus, german, english, *(encode(part, german, english) for part in corpus.parts()))


def _write(made: Prepared) -> dict[str, torch.Tensor]:
    tensors = {}
    for name, part in zip(("train", "val", "test"), made.corpus.parts(), strict=True):
        encoded: Encoded = getattr(made, name)
        places = {id(pair): number for number, pair in enumerate(part)}
        tensors[f"{name}/source"] = encoded.source.to(torch.int32)
        tensors[f"{name}/target"] = encoded.target.to(torch.int32)
        tensors[f"{name}/rows"] = torch.tensor([places[id(pair)] for pair in encoded.pairs], dtype=torch.int32)
    return tensors


def _read(tensors: dict[str, torch.Tensor], name: str, pairs: Sequence[Pair]) -> Encoded:
    source, target = (tensors[f"{name}/{side}"].to(torch.int64) for side in ("source", "target"))
    return Encoded(source, target, [pairs[row] for row in tensors[f"{name}/rows"].tolist()])
