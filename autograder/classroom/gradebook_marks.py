"""Writes scores and comments of a class into nbgrader's tables, in a few statements for all students.

What people enter by hand (`manual_score`, `extra_credit`, `manual_comment`, flags) is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from autograder.classroom.gradebook_cells import Structure


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
) -> int:
    """Write the marks and return how many submissions of the assignment were not among them.

    Args:
        session: an open session; the caller commits.
        structure: ids of the assignment's rows.
        marks: one entry a student.
        penalty: the late policy: student, score of a notebook, seconds late → points to take off.
    """
    submissions, extensions = _submissions(session, structure, marks)
    notebooks = _submitted_notebooks(session, structure, submissions)
    _complete(session, structure, submissions, notebooks)
    scores = _grades(session, structure, {entry.student: entry for entry in marks})
    _comments(session, structure, {entry.student: entry for entry in marks})
    _penalties(session, marks, submissions, extensions, notebooks, scores, penalty)
    _drop(session, structure)
    return len(submissions) - len(marks)


def _submissions(
    session: Any, structure: Structure, marks: Sequence[Marks]
) -> tuple[dict[str, str], dict[str, timedelta | None]]:
    """Make students and submissions; return each student's submission id, and extensions."""
    from nbgrader import api
    from sqlalchemy import bindparam, select

    student, table = api.Student.__table__, api.SubmittedAssignment.__table__
    known = set(session.execute(select(student.c.id)).scalars())
    _insert(session, student, [{"id": entry.student} for entry in marks if entry.student not in known])
    rows = session.execute(
        select(table.c.student_id, table.c.id, table.c.extension).where(
            table.c.assignment_id == structure.assignment
        )
    ).all()
    submissions = {row.student_id: row.id for row in rows}
    new = [entry for entry in marks if entry.student not in submissions]
    old = [{"b_id": submissions[e.student], "at": e.timestamp} for e in marks if e.student in submissions]
    submissions |= {entry.student: uuid4().hex for entry in new}
    inserts = [
        {
            "id": submissions[entry.student],
            "assignment_id": structure.assignment,
            "student_id": entry.student,
            "timestamp": entry.timestamp,
        }
        for entry in new
    ]
    _insert(session, table, inserts)
    change = table.update().where(table.c.id == bindparam("b_id")).values(timestamp=bindparam("at"))
    _execute(session, change, old)
    return submissions, {row.student_id: row.extension for row in rows}


def _submitted_notebooks(
    session: Any, structure: Structure, submissions: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    """Return the id of each (submission, notebook), made where it is missing."""
    from nbgrader import api
    from sqlalchemy import select

    table, submission = api.SubmittedNotebook.__table__, api.SubmittedAssignment.__table__
    rows = session.execute(
        select(table.c.id, table.c.assignment_id, table.c.notebook_id)
        .join(submission, submission.c.id == table.c.assignment_id)
        .where(submission.c.assignment_id == structure.assignment)
    )
    there = {(row.assignment_id, row.notebook_id): row.id for row in rows}
    keys = [(mine, notebook) for mine in submissions.values() for notebook in structure.notebooks.values()]
    new = {key: uuid4().hex for key in keys if key not in there}
    inserts = [
        {"id": identity, "assignment_id": mine, "notebook_id": notebook, "flagged": False}
        for (mine, notebook), identity in new.items()
    ]
    _insert(session, table, inserts)
    return there | new


def _complete(
    session: Any,
    structure: Structure,
    submissions: Mapping[str, str],
    notebooks: Mapping[tuple[str, str], str],
) -> None:
    """Give every submission a grade and a comment row a cell; rows of a moved cell follow it."""
    from nbgrader import api
    from sqlalchemy import bindparam, select

    parent, submission = api.SubmittedNotebook.__table__, api.SubmittedAssignment.__table__
    kinds = {api.Grade: ("GradeCell", "TaskCell"), api.Comment: ("SolutionCell", "TaskCell")}
    for model, types in kinds.items():
        table = model.__table__
        cells = [identity for (_, kind), identity in structure.cells.items() if kind in types]
        rows = session.execute(
            select(table.c.id, table.c.cell_id, table.c.notebook_id, parent.c.assignment_id)
            .join(parent, parent.c.id == table.c.notebook_id)
            .join(submission, submission.c.id == parent.c.assignment_id)
            .where(submission.c.assignment_id == structure.assignment)
        )
        there, moves = set(), []
        for identity, cell, notebook, mine in rows:
            there.add((mine, cell))
            right = notebooks[mine, structure.notebook_of[cell]]
            if notebook != right:
                moves.append({"b_id": identity, "place": right})
        change = table.update().where(table.c.id == bindparam("b_id")).values(notebook_id=bindparam("place"))
        _execute(session, change, moves)
        missing = [
            {
                "id": uuid4().hex,
                "cell_id": cell,
                "notebook_id": notebooks[mine, structure.notebook_of[cell]],
            }
            for mine in submissions.values()
            for cell in cells
            if (mine, cell) not in there
        ]
        _insert(session, table, missing)


def _grades(
    session: Any, structure: Structure, marks: Mapping[str, Marks]
) -> dict[str, dict[str, float]]:
    """Update the automatic scores; return each student's score by submitted notebook."""
    from nbgrader import api
    from sqlalchemy import bindparam

    table = api.Grade.__table__
    names = {identity: name for (name, kind), identity in structure.cells.items() if kind != "SolutionCell"}
    columns = (table.c.manual_score, table.c.extra_credit, table.c.needs_manual_grade)
    changes, scores = [], {student: dict[str, float]() for student in marks}
    for student, identity, cell, notebook, manual, extra, needs in _rows(session, structure, table, columns):
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
    _execute(
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
        for student, identity, cell, _ in _rows(session, structure, table, ())
        if student in marks
    ]
    change = table.update().where(table.c.id == bindparam("b_id")).values(auto_comment=bindparam("text"))
    _execute(session, change, changes)


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
    _execute(session, change.values(late_submission_penalty=bindparam("points")), changes)


def _drop(session: Any, structure: Structure) -> None:
    """Take out notebooks that the assignment no longer has; their cells are gone or have moved."""
    from nbgrader import api
    from sqlalchemy import delete

    submitted, notebook = api.SubmittedNotebook.__table__, api.Notebook.__table__
    session.execute(delete(submitted).where(submitted.c.notebook_id.in_(structure.gone)))
    session.execute(delete(notebook).where(notebook.c.id.in_(structure.gone)))


def _rows(session: Any, structure: Structure, table: Any, columns: Sequence[Any]) -> list[Any]:
    """All grade or comment rows of the assignment: student, id, cell, submitted notebook, then the columns."""
    from nbgrader import api
    from sqlalchemy import select

    parent, submission = api.SubmittedNotebook.__table__, api.SubmittedAssignment.__table__
    query = (
        select(submission.c.student_id, table.c.id, table.c.cell_id, table.c.notebook_id, *columns)
        .join(parent, parent.c.id == table.c.notebook_id)
        .join(submission, submission.c.id == parent.c.assignment_id)
        .where(submission.c.assignment_id == structure.assignment)
    )
    return list(session.execute(query))


def _insert(session: Any, table: Any, rows: list[dict[str, Any]]) -> None:
    _execute(session, table.insert(), rows)


def _execute(session: Any, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(statement, rows)
