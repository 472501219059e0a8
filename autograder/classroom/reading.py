"""Reads the results of a graded class back from its folder: one subfolder a student, each with a results.json.

Reports, comparisons and exports start here. A file that cannot be read is told, and stops nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.judging.results import RESULTS


class ResultsError(ValueError):
    """A folder holds no results. The message says what was expected."""


@dataclass(frozen=True)
class StepResult:
    """One step of one student.

    Attributes:
        score: points earned.
        max: points that could be earned.
        status: as `autograder.judging.verdict` names it.
        suspicions: ids of catalogued mistakes that the answer behaves like.
        failed: tests that did not pass, `kind/test`; None where the results do not say.
        texts: what the student reads about the step, in Markdown.
    """

    score: float
    max: float
    status: str
    suspicions: tuple[str, ...] = ()
    failed: tuple[str, ...] | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Printed:
    """A line that a submission printed, and where."""

    step: str
    call: str
    line: str


@dataclass(frozen=True, eq=False)
class StudentResult:
    """What a results.json says.

    Attributes:
        student: the student's name or number: the name of the folder.
        folder: the folder.
        steps: the steps by id.
        silence: what printing costs: `zero`, `step` or `warn`.
        printed: what was printed.
        problems: rules that were broken, one sentence each.
        notes: what else was odd.
        fault: why the grader itself failed on this submission; empty if it did not.
        faults: tests that failed by the grader's own fault.
        seconds: how long the grading took.
        seed: tells the class seeds apart.
        isolation: what confined the student's code.
        versions: of what the verdict depends on.
        written: when the results were written, in seconds since 1970.
    """

    student: str
    folder: Path
    steps: Mapping[str, StepResult]
    silence: str = ""
    printed: tuple[Printed, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    fault: str = ""
    faults: tuple[str, ...] = ()
    seconds: float = 0.0
    seed: str = ""
    isolation: Mapping[str, str] | None = None
    versions: Mapping[str, str] | None = None
    written: float = 0.0

    @cached_property
    def score(self) -> float:
        """Points in all."""
        return round(sum(step.score for step in self.steps.values()), 2)

    @cached_property
    def max(self) -> float:
        """Points that could be earned in all."""
        return round(sum(step.max for step in self.steps.values()), 2)


@dataclass(frozen=True)
class Missing:
    """A student without a result, and why."""

    student: str
    reason: str


@dataclass(frozen=True)
class ClassResults:
    """A graded class, sorted by student."""

    students: tuple[StudentResult, ...]
    missing: tuple[Missing, ...] = ()


def read_class(folder: Path, assignment: str = "") -> ClassResults:
    """Read the results of a class.

    Args:
        folder: holds one subfolder a student.
        assignment: the assignment that they must be of; any unless given.

    Raises:
        ResultsError: there is no result in it.
    """
    try:
        folders = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError:
        folders = []
    students, missing = [], []
    for path in folders:
        try:
            students.append(read_student(path, assignment))
        except ResultsError as error:
            missing.append(Missing(path.name, str(error)))
    if not students:
        why = f": {missing[0].student}: {missing[0].reason}" if missing else ""
        raise ResultsError(f"{folder} holds no results of a class{why}; grade one first: autograder class FOLDER")
    return ClassResults(tuple(students), tuple(missing))


def read_student(folder: Path, assignment: str = "") -> StudentResult:
    """Read one student's results.

    Raises:
        ResultsError: there are none, they are damaged, or of another assignment.
    """
    path = folder / RESULTS
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        written = path.stat().st_mtime
    except FileNotFoundError:
        raise ResultsError(f"no {RESULTS}; not graded yet") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ResultsError(f"{RESULTS} cannot be read ({type(error).__name__}); grade it again") from None
    try:
        return _student(folder, content, assignment, written)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        if isinstance(error, ResultsError):
            raise
        raise ResultsError(f"{RESULTS} is damaged ({type(error).__name__}: {error}); grade it again") from None


def _student(folder: Path, content: Mapping[str, Any], assignment: str, written: float) -> StudentResult:
    extra = content["extra_data"]
    found = str(extra.get("assignment", assignment))
    if assignment and found != assignment:
        raise ResultsError(f"{RESULTS} is of the assignment {found!r}, not of {assignment!r}")
    if not extra["steps"]:
        raise ResultsError(f"{RESULTS} has no steps; grade it again")
    texts: dict[str, list[str]] = {}
    for test in content.get("tests", ()):
        texts.setdefault(str(test["extra_data"]["step"]), []).append(str(test["output"]))
    silence = extra.get("silence", {})
    return StudentResult(
        folder.name,
        folder,
        {str(name): _step(entry, texts.get(name, ())) for name, entry in extra["steps"].items()},
        str(silence.get("policy", "")),
        tuple(_printed(entry) for entry in silence.get("printed", ())),
        _texts(extra.get("problems", ())),
        _texts(extra.get("notes", ())),
        str(extra.get("fault", "")),
        _texts(extra.get("faults", ())),
        _number(content.get("execution_time", 0.0)),
        str(extra.get("seed_fingerprint") or extra.get("seed") or ""),
        {str(key): str(value) for key, value in extra.get("isolation", {}).items()},
        {str(key): str(value) for key, value in extra.get("versions", {}).items()},
        written,
    )


def _printed(entry: Mapping[str, Any]) -> Printed:
    return Printed(*(str(entry.get(key, "")) for key in ("step", "call", "line")))


def _step(entry: Mapping[str, Any], texts: Any) -> StepResult:
    score, top, failed = _number(entry["score"]), _number(entry["max"]), entry.get("failed")
    if not (top > 0 and -1e-6 <= score <= top + 1e-6):
        raise ValueError(f"a score of {score:g} out of {top:g}")
    return StepResult(
        min(max(score, 0.0), top),
        top,
        str(entry["status"]),
        _texts(entry.get("suspicions", ())),
        None if failed is None else _texts(failed),
        tuple(texts),
    )


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value!r} is no number")
    return number
