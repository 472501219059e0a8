"""Checks what a grading run says of one student, and puts it into words for the gradebook.

Only texts that stand in `results.json` are used, so nothing of a hidden test can appear here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.authoring.assignment import Assignment, Step
from autograder.classroom.gradebook.text import clean, harmless

_TEXT_LIMIT = 6000
_COMMENT_LIMIT = 600


class VerdictError(ValueError):
    """A student's results cannot be recorded. The message is one line that says why."""


@dataclass(frozen=True)
class GradedSubmission:
    """One graded submission.

    Attributes:
        student: the student's name or number, as the zip or folder is called.
        path: the submission, a zip or a folder.
        results: the content of its results.json.
        timestamp: when it was handed in, with a time zone; None where nobody knows.
    """

    student: str
    path: Path
    results: Mapping[str, Any]
    timestamp: datetime | None = None


@dataclass(frozen=True)
class Problem:
    """Something that a person should look at, in one line."""

    student: str
    message: str

    def __str__(self) -> str:
        return f"{self.student}: {self.message}"


@dataclass(frozen=True)
class Verdict:
    """A student's checked scores by step, a text for each grade cell, and one short line a step."""

    scores: dict[str, float]
    texts: dict[str, str]
    comments: dict[str, str]


def student_id(name: str) -> str:
    """Return the name as it is used in paths and in the gradebook: letters, digits and `. _ @ -`.

    Raises:
        ValueError: nothing is left of it, or it is too long.
    """
    text = unicodedata.normalize("NFC", name).strip()
    clean = re.sub(r"[^\w.@-]+", "_", text).lstrip(".-")
    if not any(character.isalnum() for character in clean):
        raise ValueError(f"{name!r} is no student name: it has neither a letter nor a digit")
    if len(clean) > 128 or len(clean.encode()) > 200:
        raise ValueError(f"the student name {clean[:30]}… is too long; the gradebook takes 128 characters")
    return clean


def verdict(assignment: Assignment, results: Mapping[str, Any]) -> Verdict:
    """Check the results of one submission against the assignment.

    Raises:
        VerdictError: a score is missing, is no number or lies outside 0 … max.
    """
    extra = results.get("extra_data") if isinstance(results, Mapping) else None
    steps = extra.get("steps") if isinstance(extra, Mapping) else None
    if not isinstance(extra, Mapping) or not isinstance(steps, Mapping):
        raise VerdictError("the results hold no steps; grade this submission again")
    name = extra.get("assignment", assignment.name)
    if name != assignment.name:
        raise VerdictError(f"the results are for assignment {str(name)!r}, not {assignment.name!r}")
    scores, texts, comments = {}, {}, {}
    for step in assignment.steps:
        scores[step.id] = _score(step, steps.get(step.id))
        tests = _tests(results, step.id)
        head = f"{step.id}: {scores[step.id]:g} of {step.points:g} points"
        said = _silence(extra, step.id)
        texts[step.id] = clean("\n".join([head, *said, *_lines(tests)]), _TEXT_LIMIT)
        comments[step.id] = harmless(clean(" ".join([f"{head}.", *said, *_short(tests)]), _COMMENT_LIMIT))
    return Verdict(scores, texts, comments)


def _score(step: Step, entry: object) -> float:
    if not isinstance(entry, Mapping):
        raise VerdictError(f"step {step.id} has no score; grade this submission again")
    score = _number(step, "score", entry.get("score"))
    top = _number(step, "max", entry.get("max", step.points))
    if abs(top - step.points) > 1e-6:
        raise VerdictError(
            f"step {step.id} was graded out of {top:g} points and now has {step.points:g}; grade it again"
        )
    if not -1e-6 <= score <= step.points + 1e-6:
        raise VerdictError(f"step {step.id}: the score {score:g} is not between 0 and {step.points:g}")
    return min(max(score, 0.0), step.points)


def _number(step: Step, what: str, value: object) -> float:
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    except OverflowError:  # an integer beyond every float
        pass
    raise VerdictError(f"step {step.id}: {what} is {value!r:.40}, which is no number")


def _tests(results: Mapping[str, Any], step: str) -> list[Mapping[str, Any]]:
    """The tests of a step that its student may read."""
    found = results.get("tests")
    tests = []
    for test in found if isinstance(found, list) else []:
        extra = test.get("extra_data") if isinstance(test, Mapping) else None
        if isinstance(extra, Mapping) and extra.get("step") == step and test.get("visibility") != "hidden":
            tests.append(test)
    return tests


def _lines(tests: list[Mapping[str, Any]]) -> list[str]:
    lines = []
    for test in tests:
        lines.append(f"\n[{test.get('status', 'no status')}] {test.get('name', 'a test')}")
        output = test.get("output")
        if isinstance(output, str) and output.strip():
            lines += [f"    {line}" for line in output.strip().splitlines()]
    return lines


def _short(tests: list[Mapping[str, Any]]) -> list[str]:
    failed = [test for test in tests if test.get("status") == "failed"]
    if not failed:
        return []
    words = ["Not passed: " + ", ".join(str(test.get("name", "a test")) for test in failed) + "."]
    output = failed[0].get("output")
    if isinstance(output, str) and output.strip():
        words.append(output.strip().splitlines()[0])
    return words


def _silence(extra: Mapping[str, Any], step: str) -> list[str]:
    """What was printed, in words, where it matters to this step."""
    silence = extra.get("silence")
    printed = silence.get("printed") if isinstance(silence, Mapping) else None
    if not isinstance(silence, Mapping) or not isinstance(printed, list) or not printed:
        return []
    entries = [entry for entry in printed if isinstance(entry, Mapping)]
    if silence.get("policy") != "zero":
        entries = [entry for entry in entries if entry.get("step") == step]
    return [
        f"Something was printed, which the rules forbid: {str(entry.get('line', ''))[:200]!r}"
        f" ({entry.get('call') or 'on import'}, step {entry.get('step')})."
        for entry in entries[:1]
    ]
