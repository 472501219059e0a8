"""Scores every pair of submissions by the fingerprints that they share, the rare ones counting most.

The table of who has which fingerprint is multiplied with itself: a thousand submissions are half a million pairs, and
none of them is looked at by itself. All numbers are whole, so every machine adds up to the same scores.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograder.classroom.similarity.fingerprints import Skeleton, marks
from autograder.classroom.similarity.works import Work

_WEIGHT = 100  # of a mark that only two works have
_ENOUGH = 20 * _WEIGHT  # who has less than twenty rare marks is weighed as if there were twenty: that tells little
_BLOCK = 2048  # columns of the table at a time
# Listed is who shares this much, in percent, of everything or of one file.
LISTED, LISTED_FILE = 40, 70
Counts = NDArray[np.float32]


@dataclass(frozen=True)
class Pair:
    """Two works and how much they share, in percent: of everything, and of each file."""

    one: Work
    other: Work
    score: float
    files: Mapping[str, float]

    @property
    def most_alike(self) -> tuple[str, float]:
        """The file of which most is shared, and how much."""
        return max(self.files.items(), key=lambda entry: entry[1])


@dataclass(frozen=True)
class Compared:
    """The pairs that are listed, the most similar first, and the score that half of this term's pairs stay below."""

    pairs: tuple[Pair, ...]
    typical: float


def compare_all(works: Sequence[Work], skeleton: Skeleton) -> Compared:
    """Score all pairs of works of which at least one is of this term."""
    paths = sorted({path for work in works for path in work.modules})
    shared: dict[str, Counts] = {}
    sizes: dict[str, Counts] = {}
    for path in paths:
        sources = [work.modules[path].source if path in work.modules else "" for work in works]
        cache = {source: frozenset(marks(skeleton.own(path, source))) for source in set(sources)}
        shared[path], sizes[path] = _shared([cache[source] for source in sources])
    if not paths:
        return Compared((), 0.0)
    whole = _share(np.sum(list(shared.values()), axis=0), np.sum(list(sizes.values()), axis=0), _ENOUGH)
    telling = [_share(shared[path], sizes[path], _ENOUGH) >= LISTED_FILE for path in paths]
    likely = np.triu(np.logical_or.reduce([whole >= LISTED, *telling]), 1)
    parts = {path: _share(shared[path], sizes[path], 1) for path in paths}
    pairs = sorted(_pairs(works, whole, parts, likely), key=_rank)
    return Compared(tuple(pairs), _typical(works, whole))


def _typical(works: Sequence[Work], whole: Counts) -> float:
    now = [place for place, work in enumerate(works) if not work.term]
    scores = whole[np.ix_(now, now)][np.triu_indices(len(now), 1)]
    return round(float(np.median(scores)), 1) if len(scores) else 0.0


def _rank(pair: Pair) -> tuple[float, float, tuple[str, ...], str, tuple[str, ...], str]:
    one, other = pair.one, pair.other
    return (-pair.score, -pair.most_alike[1], one.students, one.term, other.students, other.term)


def _pairs(
    works: Sequence[Work], whole: Counts, parts: Mapping[str, Counts], likely: NDArray[np.bool_]
) -> Iterator[Pair]:
    for first, second in np.argwhere(likely):
        one, other = works[first], works[second]
        if one.term and other.term:
            continue  # both are of earlier terms
        if set(one.students) & set(other.students):
            continue  # the same person, twice
        files = {path: round(float(part[first, second]), 1) for path, part in parts.items() if part[first, second]}
        yield Pair(one, other, round(float(whole[first, second]), 1), files)


def _shared(found: Sequence[frozenset[int]]) -> tuple[Counts, Counts]:
    """How much each pair of works shares, and how much there is of each."""
    owners: dict[int, list[int]] = {}
    for place, own in enumerate(found):
        for mark in own:
            owners.setdefault(mark, []).append(place)
    weights = _weights(len(found))
    sizes = np.zeros(len(found), dtype=np.float32)
    for places in owners.values():
        sizes[places] += weights[len(places)]
    common = [owners[mark] for mark in sorted(owners) if len(owners[mark]) > 1]
    total = np.zeros((len(found), len(found)), dtype=np.float32)
    for start in range(0, len(common), _BLOCK):
        block = common[start : start + _BLOCK]
        table = np.zeros((len(found), len(block)), dtype=np.float32)
        for column, places in enumerate(block):
            table[places, column] = 1
        total += (table * np.array([weights[len(places)] for places in block], dtype=np.float32)) @ table.T
    return total, sizes


def _weights(count: int) -> list[int]:
    """What a mark counts that one, two … works have: little where nearly all have it."""
    top = math.log((count + 1) / 2) or 1.0
    return [_WEIGHT] * 3 + [max(1, round(_WEIGHT * math.log((count + 1) / many) / top)) for many in range(3, count + 1)]


def _share(shared: Counts, sizes: Counts, least: int) -> Counts:
    """The shared part of the smaller work, which counts as `least` at least, in percent."""
    smaller = np.maximum(np.minimum(sizes[:, None], sizes[None, :]), least)
    share: Counts = (100 * shared / smaller).astype(np.float32)
    return share
