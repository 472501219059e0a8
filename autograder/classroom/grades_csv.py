"""Writes the class as one CSV file, a row a student, for spreadsheets and learning management systems."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from autograder.authoring.assignment import Assignment
from autograder.classroom.gradebook.text import clean
from autograder.classroom.gradebook.verdicts import GradedSubmission, VerdictError, student_id, verdict
from autograder.classroom.lateness import seconds_late


def write_grades_csv(
    path: Path,
    assignment: Assignment,
    graded: Sequence[GradedSubmission],
    extensions: Mapping[str, timedelta | None] | None = None,
) -> None:
    """Write one row a student: score, maximum, each step's score, whether anything was printed, and a note.

    The file is replaced as a whole or not at all. Names that a spreadsheet would run as a formula are quoted.

    Args:
        path: the file.
        assignment: the assignment.
        graded: the class.
        extensions: what the gradebook says was granted, by the student's id there.

    Raises:
        OSError: the file cannot be written.
    """
    steps = [step.id for step in assignment.steps]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["student", "score", "max", *steps, "printed", "note"])
            for submission in graded:
                writer.writerow(_row(assignment, submission, extensions or {}))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _row(assignment: Assignment, submission: GradedSubmission, extensions: Mapping[str, timedelta | None]) -> list[str]:
    extra = submission.results.get("extra_data") if isinstance(submission.results, Mapping) else None
    extra = extra if isinstance(extra, Mapping) else {}
    silence = extra.get("silence")
    printed = "yes" if isinstance(silence, Mapping) and silence.get("printed") else "no"
    notes = []
    try:
        scores = verdict(assignment, submission.results).scores
        values = [_number(sum(scores.values())), *(_number(scores[step.id]) for step in assignment.steps)]
        notes += _status(extra)
    except VerdictError as error:
        values = [""] * (1 + len(assignment.steps))
        notes.append(f"not graded: {error}")
    try:
        late = seconds_late(assignment, submission.timestamp, extensions.get(student_id(submission.student)))
        notes += [f"{late / 3600:.1f} hours late"] if late else []
    except ValueError as error:
        notes.append(str(error))
    own = extra.get("notes")
    notes += [note for note in own if isinstance(note, str)] if isinstance(own, list) else []
    first, *rest = values
    name = cell(submission.student)
    return [name, first, _number(assignment.points), *rest, printed, cell("; ".join(notes))]


def _status(extra: Mapping[str, Any]) -> list[str]:
    """Steps that could not be judged as usual."""
    words = []
    for name, entry in extra.get("steps", {}).items():
        status = entry.get("status") if isinstance(entry, Mapping) else None
        if status in ("error", "blocked"):
            words.append(f"{name}: {status}")
    return words


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def cell(text: str) -> str:
    """Return a text as a spreadsheet cell: one line, and never a formula."""
    line = " ".join(clean(text, 1000).split())
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line
