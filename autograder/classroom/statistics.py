"""Numbers about a class: distributions, how hard each step was and what it tells, which mistakes were made.

Pure functions of results. Submissions that the grader failed on have no verdict and are left out by the caller.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.classroom.reading import StepResult, StudentResult
from autograder.judging.verdict import ERROR, FAILED, PARTIAL, PASSED

MIN_FOR_DISCRIMINATION = 10


@dataclass(frozen=True)
class Quartiles:
    """A quarter of the values lies below `low`, half below `median`, three quarters below `high`."""

    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Bin:
    """One bar of a histogram: from `low` up to, not including, `high`; the last bar includes it."""

    low: float
    high: float
    students: tuple[StudentResult, ...]


@dataclass(frozen=True)
class StepNumbers:
    """How a class did in one step.

    Attributes:
        id: the step.
        max: its points.
        groups: the students by status.
        judged: how many students the numbers rest on.
        success: share of them with all points; None where nobody was judged.
        mean: mean points.
        difficulty: share of the points that the class lost: 0 where all got everything, 1 where nobody got anything.
        discrimination: correlation between this step and the rest of the points; None where there is nothing to say.
    """

    id: str
    max: float
    groups: dict[str, tuple[StudentResult, ...]]
    judged: int
    success: float | None
    mean: float | None
    difficulty: float | None
    discrimination: float | None


@dataclass(frozen=True)
class MistakeCount:
    """One catalogued mistake, or several that behave alike, with the steps it cost and the students who made it."""

    ids: tuple[str, ...]
    steps: tuple[str, ...]
    students: tuple[StudentResult, ...]


def quartiles(values: Sequence[float]) -> Quartiles:
    """The quartiles of at least one value, interpolated between neighbours."""
    if len(values) == 1:
        return Quartiles(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Quartiles(low, median, high)


def to_bins(entries: Sequence[tuple[float, StudentResult]], top: float, bars: int = 10) -> tuple[Bin, ...]:
    """Sort students into bars of equal, round width from 0 to `top` or a little above; values are not negative."""
    width = round_step(top / bars) if top > 0 else 1.0
    count = max(1, math.ceil(top / width - 1e-9))
    members: list[list[StudentResult]] = [[] for _ in range(count)]
    for value, student in entries:
        members[min(int(value / width + 1e-9), count - 1)].append(student)
    return tuple(
        Bin(round(place * width, 9), round((place + 1) * width, 9), tuple(group)) for place, group in enumerate(members)
    )


def round_step(value: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below a value above 0."""
    power = 10.0 ** math.floor(math.log10(value))
    return next((factor * power for factor in (1, 2, 5) if factor * power >= value * (1 - 1e-9)), 10 * power)


def silenced(student: StudentResult, step: str) -> bool:
    """Has printing cost this step its points? Then they say nothing about the step itself."""
    if student.silence == "zero":
        return bool(student.printed)
    return student.silence == "step" and any(entry.step == step for entry in student.printed)


def judged_steps(student: StudentResult) -> dict[str, StepResult]:
    """The steps of a student whose points say something about them."""
    return {name: step for name, step in student.steps.items() if step.status != ERROR and not silenced(student, name)}


def step_numbers(students: Sequence[StudentResult], order: Sequence[str]) -> list[StepNumbers]:
    """The numbers of each step; steps that `order` does not name come last."""
    judged = {student: judged_steps(student) for student in students}
    names = dict.fromkeys([*order, *(name for student in students for name in student.steps)])
    return [_numbers(name, students, judged) for name in names if any(name in student.steps for student in students)]


def _numbers(
    name: str, students: Sequence[StudentResult], judged: dict[StudentResult, dict[str, StepResult]]
) -> StepNumbers:
    groups: dict[str, list[StudentResult]] = {}
    shares, rests, points = [], [], []
    for student in students:
        step = student.steps.get(name)
        if step is None:
            continue
        status = "silenced" if silenced(student, name) else step.status
        groups.setdefault(status, []).append(student)
        if name in judged[student]:
            others = [other for key, other in judged[student].items() if key != name]
            points.append(step.score)
            shares.append(step.score / step.max)
            rests.append(sum(other.score for other in others) / (sum(other.max for other in others) or 1.0))
    count = len(shares)
    return StepNumbers(
        name,
        max(student.steps[name].max for student in students if name in student.steps),
        {status: tuple(members) for status, members in groups.items()},
        count,
        sum(share >= 1 for share in shares) / count if count else None,
        statistics.fmean(points) if count else None,
        1 - statistics.fmean(shares) if count else None,
        discrimination(shares, rests),
    )


def discrimination(items: Sequence[float], rests: Sequence[float]) -> float | None:
    """Correlate the shares of one step with those of all others (item–rest correlation).

    None for fewer than ten students, and where all did equally well in the step or in the rest.
    """
    if len(items) < MIN_FOR_DISCRIMINATION or min(_spread(items), _spread(rests)) < 1e-9:
        return None
    return statistics.correlation(items, rests)


def _spread(values: Sequence[float]) -> float:
    return max(values) - min(values)


def mistake_counts(students: Iterable[StudentResult], order: Sequence[str]) -> list[MistakeCount]:
    """Count each mistake once a student, the most frequent first.

    Mistakes that a student's tests cannot tell apart count as one entry of several ids.
    """
    steps: dict[tuple[str, ...], dict[str, None]] = {}
    makers: dict[tuple[str, ...], dict[StudentResult, None]] = {}
    for student in students:
        for name, step in student.steps.items():
            if step.suspicions:
                steps.setdefault(step.suspicions, {})[name] = None
                makers.setdefault(step.suspicions, {})[student] = None
    places = {name: place for place, name in enumerate(order)}
    counts = [
        MistakeCount(ids, tuple(sorted(steps[ids], key=lambda name: places.get(name, len(places)))), tuple(made))
        for ids, made in makers.items()
    ]
    return sorted(counts, key=lambda entry: (-len(entry.students), places.get(entry.steps[0], len(places)), entry.ids))


def unnamed(students: Iterable[StudentResult], order: Sequence[str]) -> dict[str, tuple[StudentResult, ...]]:
    """By step, the students whose wrong answer behaves like no catalogued mistake: candidates for the catalogue."""
    found: dict[str, list[StudentResult]] = {name: [] for name in order}
    for student in students:
        for name, step in student.steps.items():
            if step.status in (FAILED, PARTIAL) and not step.suspicions and not silenced(student, name):
                found.setdefault(name, []).append(student)
    return {name: tuple(members) for name, members in found.items() if members}


def all_right(student: StudentResult) -> int:
    """How many steps of a student are right."""
    return sum(step.status == PASSED for step in student.steps.values())
