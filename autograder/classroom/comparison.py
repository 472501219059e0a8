"""Compares two gradings of a class: whose score would change, in which steps, and why.

An instructor looks at this before a corrected test is published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.classroom.reading import ClassResults, StepResult, StudentResult, read_class
from autograder.judging.verdict import ERROR


@dataclass(frozen=True)
class StepChange:
    """A step whose points, or whose maximum, would change; `old` or `new` is None where the step is not there."""

    step: str
    old: StepResult | None
    new: StepResult | None

    @property
    def reasons(self) -> list[str]:
        """Why it changes, as far as the results say: tests, mistakes that are named, and how the step ended."""
        if self.old is None or self.new is None:
            return ["the step is new" if self.old is None else "the step is gone"]
        reasons = []
        if self.old.max != self.new.max:
            reasons.append(f"{self.old.max:g} points became {self.new.max:g}")
        if self.old.failed is not None and self.new.failed is not None:
            reasons += _listed("now fails", _without(self.new.failed, self.old.failed))
            reasons += _listed("no longer fails", _without(self.old.failed, self.new.failed))
        reasons += _listed("now looks like", _without(self.new.suspicions, self.old.suspicions))
        reasons += _listed("no longer looks like", _without(self.old.suspicions, self.new.suspicions))
        if self.old.status != self.new.status and (not reasons or ERROR in (self.old.status, self.new.status)):
            reasons.append(f"{self.old.status} became {self.new.status}")
        return reasons or ["the results do not say why"]


@dataclass(frozen=True)
class ScoreChange:
    """A student whose points would change, in all or in single steps.

    Attributes:
        student: the student.
        old: points before; None where the grader itself had failed.
        new: points after; None where the grader itself fails.
        steps: the steps that change.
        printed: printing costs points in one of the two gradings only.
        fault: why there is no verdict, where one of the two is none.
    """

    student: str
    old: float | None
    new: float | None
    steps: tuple[StepChange, ...]
    printed: str = ""
    fault: str = ""

    @property
    def difference(self) -> float:
        """Points won; below 0 where they are lost."""
        return round((self.new or 0.0) - (self.old or 0.0), 2)


@dataclass(frozen=True)
class Comparison:
    """What would change, those who lose most first, and who is in one of the two gradings only."""

    changes: tuple[ScoreChange, ...]
    same: int
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]


def compare(old: Path, new: Path) -> Comparison:
    """Compare two folders of results of the same assignment.

    Args:
        old: what students have now.
        new: what they would have.

    Raises:
        ResultsError: one of the folders holds no results.
    """
    before, after = _by_name(read_class(old)), _by_name(read_class(new))
    both = sorted(before.keys() & after.keys())
    changes = [change for name in both if (change := _change(before[name], after[name]))]
    return Comparison(
        tuple(sorted(changes, key=lambda change: (change.difference, change.student))),
        len(both) - len(changes),
        tuple(sorted(before.keys() - after.keys())),
        tuple(sorted(after.keys() - before.keys())),
    )


def _by_name(results: ClassResults) -> dict[str, StudentResult]:
    return {student.student: student for student in results.students}


def _change(old: StudentResult, new: StudentResult) -> ScoreChange | None:
    names = dict.fromkeys([*new.steps, *old.steps])
    steps = tuple(
        StepChange(name, old.steps.get(name), new.steps.get(name))
        for name in names
        if _points(old.steps.get(name)) != _points(new.steps.get(name))
    )
    if bool(old.fault) == bool(new.fault) and not steps:
        return None
    printed = ""
    if bool(old.printed) != bool(new.printed):
        line = (new.printed or old.printed)[0].line.strip()
        printed = f"{'now' if new.printed else 'no longer'} found to print “{line}”"
    fault = old.fault or new.fault
    if fault:  # without a verdict every step has changed, which says nothing
        steps = ()
    return ScoreChange(
        new.student, None if old.fault else old.score, None if new.fault else new.score, steps, printed, fault
    )


def _points(step: StepResult | None) -> tuple[float, float] | None:
    return None if step is None else (step.score, step.max)


def _without(names: Iterable[str], others: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name not in set(others)]


def _listed(words: str, names: list[str]) -> list[str]:
    return [f"{words} {', '.join(names)}"] if names else []


def print_comparison(comparison: Comparison) -> None:
    """Print the table: one line a step that changes, then the sums, then who is in one grading only."""
    from rich.markup import escape
    from rich.table import Table

    from autograder.console import console, printable

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name, side in (("student", "left"), ("score", "right"), ("step", "left"), ("points", "right")):
        table.add_column(name, justify="right" if side == "right" else "left", no_wrap=True)
    table.add_column("why", overflow="fold")
    for change in comparison.changes:
        colour = "red" if change.difference < 0 else "green" if change.difference > 0 else "yellow"
        head = [escape(printable(change.student)), f"[{colour}]{_number(change.old)} → {_number(change.new)}[/]"]
        for step, points, why in _rows(change):
            table.add_row(*head, escape(step), points, escape(printable(why)))
            head = ["", ""]
    if comparison.changes:
        console.print(table)
    for line in summary(comparison):
        console.print(escape(printable(line)), soft_wrap=True)


def _rows(change: ScoreChange) -> list[tuple[str, str, str]]:
    """Step, points and reasons, one row each; what concerns all steps stands first."""
    rows = []
    if change.fault:
        failed = "the grader had failed" if change.old is None else "the grader fails"
        rows.append(("", "", f"{failed}: {change.fault}"))
    if change.printed:
        rows.append(("", "", change.printed))
    for step in change.steps:
        old, new = (None if side is None else side.score for side in (step.old, step.new))
        rows.append((step.step, f"{_number(old)} → {_number(new)}", "; ".join(step.reasons)))
    return rows


def summary(comparison: Comparison) -> list[str]:
    """The sums in words: how many would change, in which steps, and who is in one grading only."""
    changes = comparison.changes
    total = len(changes) + comparison.same
    lines = [f"{len(changes)} of {total} students would change; {comparison.same} stay as they are."]
    if changes:
        falls, rises = (sum(sign * change.difference > 0 for change in changes) for sign in (-1, 1))
        lines[0] += f" Points are lost by {falls} and won by {rises}."
    steps: dict[str, int] = {}
    for change in changes:
        for step in change.steps:
            steps[step.step] = steps.get(step.step, 0) + 1
    lines += [
        f"{step}: {count} student{'s' * (count != 1)}"
        for step, count in sorted(steps.items(), key=lambda entry: -entry[1])
    ]
    for names, where in ((comparison.only_old, "old"), (comparison.only_new, "new")):
        if names:
            lines.append(f"Only in the {where} grading: {', '.join(names)}.")
    return lines


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
