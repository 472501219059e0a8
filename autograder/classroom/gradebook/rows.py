"""The rows that nbgrader expects for every submission: students, notebooks, one grade or comment a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from autograder.classroom.gradebook.cells import Structure


def submissions(
    session: Any,
    structure: Structure,
    times: Mapping[str, datetime | None],
    granted: Mapping[str, timedelta] | None = None,
) -> tuple[dict[str, str], dict[str, timedelta | None]]:
    """Make students and submissions.

    Args:
        session: an open session.
        structure: ids of the assignment's rows.
        times: the students of this run, and when each handed in.
        granted: the extensions of these students from now on; unless given, what they have stays.

    Returns:
        The submission id of every student who ever submitted, and the extensions granted.
    """
    from nbgrader import api
    from sqlalchemy import bindparam, select

    student, table = api.Student.__table__, api.SubmittedAssignment.__table__
    known = set(session.execute(select(student.c.id)).scalars())
    execute(session, student.insert(), [{"id": name} for name in times if name not in known])
    rows = session.execute(
        select(table.c.student_id, table.c.id, table.c.extension).where(table.c.assignment_id == structure.assignment)
    ).all()
    there = {row.student_id: row.id for row in rows}
    new = {name: uuid4().hex for name in times if name not in there}
    old = [{"b_id": there[name], "at": at} for name, at in times.items() if name in there]
    inserts = [
        {
            "id": identity,
            "assignment_id": structure.assignment,
            "student_id": name,
            "timestamp": times[name],
        }
        for name, identity in new.items()
    ]
    execute(session, table.insert(), inserts)
    change = table.update().where(table.c.id == bindparam("b_id")).values(timestamp=bindparam("at"))
    execute(session, change, old)
    extensions = {row.student_id: row.extension for row in rows}
    if granted is not None:
        extensions |= {name: granted.get(name) for name in times}
        change = table.update().where(table.c.id == bindparam("b_id")).values(extension=bindparam("granted"))
        ids = there | new
        execute(session, change, [{"b_id": ids[name], "granted": extensions[name]} for name in times])
    return there | new, extensions


def submitted_notebooks(
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
    execute(session, table.insert(), inserts)
    return there | new


def complete(
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
        execute(session, change, moves)
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
        execute(session, table.insert(), missing)


def drop(session: Any, structure: Structure) -> None:
    """Take out notebooks that the assignment no longer has; their cells are gone or have moved."""
    from nbgrader import api
    from sqlalchemy import delete

    submitted, notebook = api.SubmittedNotebook.__table__, api.Notebook.__table__
    session.execute(delete(submitted).where(submitted.c.notebook_id.in_(structure.gone)))
    session.execute(delete(notebook).where(notebook.c.id.in_(structure.gone)))


def rows_of(session: Any, structure: Structure, table: Any, columns: Sequence[Any]) -> list[Any]:
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


def execute(session: Any, statement: Any, rows: list[dict[str, Any]]) -> None:
    """Run a statement once for all rows, if there are any."""
    if rows:
        session.execute(statement, rows)
