"""Writes scores and comments of a class into nbgrader's tables, in a few statements for all students.

What people enter by hand (`manual_score`, `extra_credit`, `manual_comment`, flags) is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from autograder.classroom.gradebook import rows
from autograder.classroom.gradebook.cells import Structure


@dataclass(frozen=True)
class Answer:
    """A cell that a person grades: did the student write anything, and has it changed since the last run?"""

    given: bool
    changed: bool


@dataclass(frozen=True)
class Marks:
    """What is written for one student.

    Attributes:
        student: the student's id in the gradebook.
        timestamp: when it was handed in, in UTC without a time zone.
        scores: automatic score by step.
        answers: cells that a person grades, by grade_id.
        comments: automatic comment by grade_id of the answer cell.
        late: seconds late, given the student's extension.
    """

    student: str
    timestamp: datetime | None
    scores: Mapping[str, float]
    answers: Mapping[str, Answer]
    comments: Mapping[str, str | None]
    late: Callable[[timedelta | None], float]


def write(
    session: Any,
    structure: Structure,
    marks: Sequence[Marks],
    penalty: Callable[[str, float, float], float | None],
    extensions: Mapping[str, timedelta] | None = None,
) -> int:
    """Write the marks and return how many submissions of the assignment were not among them.

    Args:
        session: an open session; the caller commits.
        structure: ids of the assignment's rows.
        marks: one entry a student.
        penalty: the late policy: student, score of a notebook, seconds late → points to take off.
        extensions: all that is granted to these students; unless given, what the gradebook says stays.
    """
    times = {entry.student: entry.timestamp for entry in marks}
    submissions, granted = rows.submissions(session, structure, times, extensions)
    notebooks = rows.submitted_notebooks(session, structure, submissions)
    rows.complete(session, structure, submissions, notebooks)
    scores = _grades(session, structure, {entry.student: entry for entry in marks})
    _comments(session, structure, {entry.student: entry for entry in marks})
    _penalties(session, marks, submissions, granted, notebooks, scores, penalty)
    rows.drop(session, structure)
    return len(submissions) - len(marks)


def _grades(session: Any, structure: Structure, marks: Mapping[str, Marks]) -> dict[str, dict[str, float]]:
    """Update the automatic scores; return each student's score by submitted notebook."""
    from nbgrader import api
    from sqlalchemy import bindparam

    table = api.Grade.__table__
    names = {identity: name for (name, kind), identity in structure.cells.items() if kind != "SolutionCell"}
    columns = (table.c.manual_score, table.c.extra_credit, table.c.needs_manual_grade)
    changes, scores = [], {student: dict[str, float]() for student in marks}
    for student, identity, cell, notebook, manual, extra, needs in rows.rows_of(session, structure, table, columns):
        if student not in marks:
            continue
        name, auto = names[cell], None
        if name in marks[student].scores:  # as nbgrader does: a person should look at an override again
            auto, needs = marks[student].scores[name], manual is not None
        elif not (answer := marks[student].answers[name]).given:
            auto, needs = 0.0, manual is not None and needs
        else:
            needs = manual is None or needs or answer.changed
        changes.append({"b_id": identity, "auto": auto, "needs": needs})
        score = (manual if manual is not None else auto or 0.0) + (extra or 0.0)
        scores[student][notebook] = scores[student].get(notebook, 0.0) + score
    change = table.update().where(table.c.id == bindparam("b_id"))
    rows.execute(
        session,
        change.values(auto_score=bindparam("auto"), needs_manual_grade=bindparam("needs")),
        changes,
    )
    return scores


def _comments(session: Any, structure: Structure, marks: Mapping[str, Marks]) -> None:
    from nbgrader import api
    from sqlalchemy import bindparam

    table = api.Comment.__table__
    names = {identity: name for (name, kind), identity in structure.cells.items() if kind != "GradeCell"}
    changes = [
        {"b_id": identity, "text": marks[student].comments.get(names[cell])}
        for student, identity, cell, _ in rows.rows_of(session, structure, table, ())
        if student in marks
    ]
    change = table.update().where(table.c.id == bindparam("b_id")).values(auto_comment=bindparam("text"))
    rows.execute(session, change, changes)


def _penalties(
    session: Any,
    marks: Sequence[Marks],
    submissions: Mapping[str, str],
    extensions: Mapping[str, timedelta | None],
    notebooks: Mapping[tuple[str, str], str],
    scores: Mapping[str, Mapping[str, float]],
    penalty: Callable[[str, float, float], float | None],
) -> None:
    from nbgrader import api
    from sqlalchemy import bindparam

    by_submission = {submissions[entry.student]: entry for entry in marks}
    changes = []
    for (mine, _), identity in notebooks.items():
        if entry := by_submission.get(mine):
            late = entry.late(extensions.get(entry.student))
            points = penalty(entry.student, scores[entry.student].get(identity, 0.0), late)
            changes.append({"b_id": identity, "points": points})
    table = api.SubmittedNotebook.__table__
    change = table.update().where(table.c.id == bindparam("b_id"))
    rows.execute(session, change.values(late_submission_penalty=bindparam("points")), changes)
