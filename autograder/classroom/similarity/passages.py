"""The passages that two submissions share, line by line, for people to read side by side."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from autograder.authoring.cells import Module
from autograder.classroom.similarity.fingerprints import GIVEN, PASSAGE, Skeleton, marks
from autograder.classroom.similarity.tokens import Token

_APART = 3  # lines between two matches that are shown as one passage
_REPEATS = 12  # places of one mark that are tried


@dataclass(frozen=True)
class Line:
    """One line as it is shown: its number in its cell or file, and its parts, matched or not.

    The number 0 is no line of the student's: it only keeps the two sides level.
    """

    number: int
    parts: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Passage:
    """A passage on both sides, with as many lines on the one as on the other; each begins at a place with a name."""

    places: tuple[str, str]
    one: tuple[Line, ...]
    other: tuple[Line, ...]
    size: int


@dataclass(frozen=True)
class _Match:
    """Tokens `first` … of the one that are tokens `second` … of the other."""

    first: int
    second: int
    length: int


class _Side:
    """One module: its own tokens, its lines, and which of its letters are matched."""

    def __init__(self, module: Module, own: list[Token]) -> None:
        self.module, self.own = module, own
        self.lines = module.source.split("\n")
        self.starts = [0, *accumulate(len(line) + 1 for line in self.lines)]
        self.matched: set[int] = set()

    def line(self, token: int) -> int:
        """The line of a token, from 0."""
        return bisect_right(self.starts, self.own[token].start) - 1

    def match(self, first: int, length: int) -> None:
        """Mark the letters of tokens, and of the space between two of them in one line."""
        tokens = [token for token in self.own[first : first + length] if token is not GIVEN]
        for token in tokens:
            self.matched.update(range(token.start, token.end))
        for before, after in pairwise(tokens):
            if self.module.source[before.end : after.start].strip(" ") == "":
                self.matched.update(range(before.end, after.start))

    def shown(self, number: int, indent: int) -> Line:
        """A line in parts, without the indentation that all lines of the passage have."""
        parts: list[tuple[str, bool]] = []
        for place, letter in enumerate(self.lines[number][indent:], start=self.starts[number] + indent):
            matched = place in self.matched
            if parts and parts[-1][1] == matched:
                parts[-1] = (parts[-1][0] + letter, matched)
            else:
                parts.append((letter, matched))
        first = max((part.first for part in self.module.segments if part.first <= number + 1), default=1)
        return Line(number + 2 - first, tuple(parts))


def passages(one: Module, other: Module, skeleton: Skeleton) -> list[Passage]:
    """Return the passages that two versions of a module share beyond the skeleton, in the order of the first."""
    left = _Side(one, skeleton.own(one.path, one.source))
    right = _Side(other, skeleton.own(other.path, other.source))
    matches = _matches(left.own, right.own)
    for match in matches:
        left.match(match.first, match.length)
        right.match(match.second, match.length)
    return [_passage(left, right, group) for group in _groups(left, right, matches)]


def _matches(left: Sequence[Token], right: Sequence[Token]) -> list[_Match]:
    """Lay the longest common runs over each other first; no token is used twice."""
    runs = sorted(_runs(left, right), key=lambda run: (-run.length, run.first, run.second))
    used: tuple[set[int], set[int]] = (set(), set())
    kept = []
    for run in runs:
        ours, theirs = range(run.first, run.first + run.length), range(run.second, run.second + run.length)
        if used[0].isdisjoint(ours) and used[1].isdisjoint(theirs):
            kept.append(run)
            used[0].update(ours)
            used[1].update(theirs)
    return sorted(kept, key=lambda run: run.first)


def _runs(left: Sequence[Token], right: Sequence[Token]) -> set[_Match]:
    """Every common run of tokens that a shared mark lies in, as long as it goes."""
    ours, theirs = marks(list(left)), marks(list(right))
    found: set[_Match] = set()
    ends: dict[int, int] = {}  # how far the last run on a diagonal goes: the marks inside it lead to the same run
    pairs = sorted(
        (first, second)
        for mark in ours.keys() & theirs.keys()
        for first in ours[mark][:_REPEATS]
        for second in theirs[mark][:_REPEATS]
    )
    for first, second in pairs:
        if first < ends.get(first - second, 0):
            continue
        start = end = 0
        while (
            first + start > 0 and second + start > 0 and left[first + start - 1].kind == right[second + start - 1].kind
        ):
            start -= 1
        while (
            first + end < len(left) and second + end < len(right) and left[first + end].kind == right[second + end].kind
        ):
            end += 1
        ends[first - second] = first + end
        found.add(_trimmed(left, _Match(first + start, second + start, end - start)))
    return {run for run in found if run.length >= PASSAGE}


def _trimmed(left: Sequence[Token], run: _Match) -> _Match:
    """A run without the skeleton's code at its ends."""
    first, last = run.first, run.first + run.length
    while first < last and left[first] is GIVEN:
        first += 1
    while last > first and left[last - 1] is GIVEN:
        last -= 1
    return _Match(first, run.second + first - run.first, last - first)


def _groups(left: _Side, right: _Side, matches: Sequence[_Match]) -> list[list[_Match]]:
    """Matches that follow each other closely on both sides make one passage."""
    groups: list[list[_Match]] = []
    for match in matches:
        if groups:
            last = groups[-1][-1]
            gaps = (
                left.line(match.first) - left.line(last.first + last.length - 1),
                right.line(match.second) - right.line(last.second + last.length - 1),
            )
            if all(0 <= gap <= _APART for gap in gaps):
                groups[-1].append(match)
                continue
        groups.append([match])
    return groups


def _passage(left: _Side, right: _Side, group: Sequence[_Match]) -> Passage:
    anchors: list[tuple[int, int]] = []  # lines that stand beside each other
    for match in group:
        for step in range(match.length):
            if left.own[match.first + step] is GIVEN:
                continue
            pair = left.line(match.first + step), right.line(match.second + step)
            if not anchors or (pair[0] > anchors[-1][0] and pair[1] > anchors[-1][1]):
                anchors.append(pair)
    last = group[-1]
    ends = left.line(last.first + last.length - 1) + 1, right.line(last.second + last.length - 1) + 1
    sides: tuple[list[int], list[int]] = ([], [])
    for here, after in zip(anchors, [*anchors[1:], ends], strict=True):
        rows = max(after[0] - here[0], after[1] - here[1])
        for side, start, stop in zip(sides, here, after, strict=True):
            side += [*range(start, stop), *[-1] * (rows - (stop - start))]
    return Passage(
        (left.module.locate(anchors[0][0] + 1), right.module.locate(anchors[0][1] + 1)),
        _shown(left, sides[0]),
        _shown(right, sides[1]),
        sum(match.length for match in group),
    )


def _shown(side: _Side, numbers: Sequence[int]) -> tuple[Line, ...]:
    texts = [side.lines[number] for number in numbers if number >= 0 and side.lines[number].strip()]
    indent = min((len(text) - len(text.lstrip(" ")) for text in texts), default=0)
    return tuple(side.shown(number, indent) if number >= 0 else Line(0, ()) for number in numbers)
