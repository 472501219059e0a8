"""From sentences to numbers: words, vocabularies, and batches of ids."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch

Pair = tuple[str, str]

SPECIALS = ("<unk>", "<pad>", "<sos>", "<eos>")
UNK, PAD, SOS, EOS = range(4)
MAX_LENGTH = 20  # ids of one sentence, <sos> and <eos> included
_WORD = re.compile(r"\b\w+\b")


def tokenize(text: str) -> list[str]:
    """Cut a sentence into lower-case words; punctuation falls away."""
    return _WORD.findall(text.lower())


class Vocabulary:
    """The words of one language and their ids. The four special tokens come first, then frequent words."""

    def __init__(self, sentences: Iterable[str], min_count: int = 2) -> None:
        """Count the words.

        Args:
            sentences: the training sentences. (Not those for validation: they must stay unknown.)
            min_count: a rarer word has no id of its own; it becomes <unk>.
        """
        counts = Counter(word for sentence in sentences for word in tokenize(sentence))
        known = sorted((word for word in counts if counts[word] >= min_count), key=lambda word: (-counts[word], word))
        self._number([*SPECIALS, *known])

    @classmethod
    def of(cls, words: list[str]) -> Vocabulary:
        """Make a vocabulary of words that have their order already, special tokens first."""
        made = cls([])
        made._number(words)
        return made

    def _number(self, words: list[str]) -> None:
        self.words = words
        self.ids = {word: number for number, word in enumerate(words)}

    def __len__(self) -> int:
        """How many ids there are, special tokens included."""
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        """Has this word an id of its own?"""
        return word in self.ids

    def encode(self, sentence: str) -> list[int]:
        """Turn a sentence into ids, with <sos> in front and <eos> at the end."""
        return [SOS, *(self.ids.get(word, UNK) for word in tokenize(sentence)), EOS]

    def tokens(self, ids: Iterable[int]) -> list[str]:
        """Look up each id, special tokens included."""
        return [self.words[number] for number in ids]

    def decode(self, ids: Iterable[int]) -> str:
        """Turn ids into a sentence: up to the first <eos>, without <sos> and <pad>."""
        words = []
        for number in ids:
            if number == EOS:
                break
            if number not in (SOS, PAD):
                words.append(self.words[number])
        return " ".join(words)


@dataclass(frozen=True)
class Encoded:
    """Pairs of sentences as ids: `source` and `target` are (number of pairs, max_length), padded with <pad>."""

    source: torch.Tensor
    target: torch.Tensor
    pairs: list[Pair]

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.pairs)

    def first(self, count: int) -> Encoded:
        """Take the first pairs only."""
        return Encoded(self.source[:count], self.target[:count], self.pairs[:count])

    def to(self, device: torch.device) -> Encoded:
        """Move the ids to a device."""
        return Encoded(self.source.to(device), self.target.to(device), self.pairs)

    def lengths(self) -> torch.Tensor:
        """Return for each pair the ids of its longer sentence, without padding: (number of pairs,)."""
        return torch.maximum((self.source != PAD).sum(dim=1), (self.target != PAD).sum(dim=1))


def padded(vocabulary: Vocabulary, sentences: Sequence[str], max_length: int = MAX_LENGTH) -> torch.Tensor:
    """Encode sentences into one tensor (number of sentences, max_length).

    Raises:
        ValueError: a sentence does not fit.
    """
    rows = []
    for sentence in sentences:
        encoded = vocabulary.encode(sentence)
        if len(encoded) > max_length:
            raise ValueError(f"{len(encoded) - 2} words, but only {max_length - 2} fit: {sentence[:60]!r}")
        rows.append(encoded + [PAD] * (max_length - len(encoded)))
    return torch.tensor(rows, dtype=torch.int64).view(len(rows), max_length)


def encode(pairs: Iterable[Pair], source: Vocabulary, target: Vocabulary, max_length: int = MAX_LENGTH) -> Encoded:
    """Encode pairs; those with a sentence of more than max_length - 2 words are left out."""
    kept = [pair for pair in pairs if all(len(tokenize(sentence)) <= max_length - 2 for sentence in pair)]
    return Encoded(
        padded(source, [german for german, _ in kept], max_length),
        padded(target, [english for _, english in kept], max_length),
        kept,
    )


def batches(
    data: Encoded, batch_size: int = 128, generator: torch.Generator | None = None
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield batches (source, target), each (N, max_length); the last one may be smaller.

    Args:
        data: the pairs.
        batch_size: N.
        generator: shuffles the pairs; the same seed gives the same order. Without one they stay in order.
    """
    order = torch.arange(len(data)) if generator is None else torch.randperm(len(data), generator=generator)
    for rows in order.split(batch_size):
        yield data.source[rows], data.target[rows]


def trimmed_batches(
    data: Encoded, batch_size: int, generator: torch.Generator, *, fit: float = 1.0, whole: float = 0.1
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield shuffled batches (source, target), each (N, T), of sources of about the same length, with less padding.

    Batches are not made by the length of the translations: a model that translates all positions at once would read
    from the padding how long the translation is, which nobody tells it later.

    Args:
        data: the pairs.
        batch_size: N.
        generator: shuffles the pairs and the batches; the same seed gives the same order.
        fit: T holds all sources and this part of the translations; the ends of the others are cut off this time.
        whole: the part of the batches that keep all their padding, as it is when a model is measured.
    """
    sources, lengths = (data.source != PAD).sum(dim=1).cpu(), data.lengths().cpu()
    order = torch.randperm(len(data), generator=generator)
    groups = order[sources[order].argsort(stable=True)].split(batch_size)
    for number in torch.randperm(len(groups), generator=generator).tolist():
        rows = groups[number]
        enough = int(lengths[rows].float().quantile(fit, interpolation="higher"))
        longest = max(int(sources[rows].max()), enough)
        if torch.rand((), generator=generator) < whole:
            longest = data.source.shape[1]
        yield data.source[rows, :longest], data.target[rows, :longest]
