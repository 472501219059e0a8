"""Brings the gradebook's assignment, notebooks and cells up to date with the instructor's notebooks.

nbgrader itself refuses to add or remove a cell once there are submissions. Here cells are matched by name in
the whole assignment, so scores follow a step whose points change or that moves to another notebook.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from autograder.classroom.gradebook.sources import SourceCell, SourceNotebook

Key = tuple[str, str]


@dataclass(frozen=True)
class Structure:
    """Database ids: the assignment's, its notebooks' by name, its cells' by (grade_id, type).

    Attributes:
        notebook_of: the notebook's id of each cell's id.
        gone: ids of notebooks that are no longer part of the assignment.
        changed: the cells or their points differ from those of the last run.
    """

    assignment: str
    notebooks: dict[str, str]
    cells: dict[Key, str]
    notebook_of: dict[str, str]
    gone: tuple[str, ...]
    changed: bool


def cell_types(cell: SourceCell) -> list[str]:
    """Nbgrader's row types of a cell: one where points go, one where comments go."""
    if cell.task:
        return ["TaskCell"]
    return ["GradeCell"] * cell.graded + ["SolutionCell"] * cell.solution


def sync(
    session: Any,
    assignment: str,
    course_id: str,
    due: datetime | None,
    sources: Sequence[SourceNotebook],
    removed: Path,
) -> Structure:
    """Write the assignment's structure.

    Args:
        session: an open session; the caller commits.
        assignment: the assignment's name.
        course_id: nbgrader's name of the course.
        due: the due date in UTC; None leaves the one in the database alone.
        sources: the instructor's notebooks.
        removed: CSV file that keeps what people had written at cells that are now removed.
    """
    from nbgrader import api
    from sqlalchemy import select

    table = api.Assignment.__table__
    identity = session.execute(select(table.c.id).where(table.c.name == assignment)).scalar()
    if identity is None:
        identity = uuid4().hex
        session.execute(table.insert().values(id=identity, name=assignment, course_id=course_id, duedate=due))
    elif due is not None:
        session.execute(table.update().where(table.c.id == identity).values(duedate=due))
    notebooks, gone = _notebooks(session, identity, sources)
    cells, changed = _cells(session, identity, assignment, notebooks, sources, removed)
    places = {
        cells[cell.grade_id, kind]: notebooks[notebook.name]
        for notebook in sources
        for cell in notebook.cells
        for kind in cell_types(cell)
    }
    return Structure(identity, notebooks, cells, places, gone, changed)


def _notebooks(
    session: Any, assignment: str, sources: Sequence[SourceNotebook]
) -> tuple[dict[str, str], tuple[str, ...]]:
    from nbgrader import api
    from sqlalchemy import delete, select

    table, source = api.Notebook.__table__, api.SourceCell.__table__
    rows = session.execute(select(table.c.name, table.c.id).where(table.c.assignment_id == assignment))
    there: dict[str, str] = dict(rows.tuples().all())
    wanted = {notebook.name: there.get(notebook.name) or uuid4().hex for notebook in sources}
    for notebook in sources:
        kernel = json.dumps(notebook.document["metadata"].get("kernelspec", {}))
        if notebook.name in there:
            change = table.update().where(table.c.id == there[notebook.name]).values(kernelspec=kernel)
        else:
            values = {"name": notebook.name, "assignment_id": assignment, "kernelspec": kernel}
            change = table.insert().values(id=wanted[notebook.name], **values)
        session.execute(change)
    gone = tuple(identity for name, identity in there.items() if name not in wanted)
    session.execute(delete(source).where(source.c.notebook_id.in_([*there.values()])))
    texts = [
        {
            "id": uuid4().hex,
            "name": cell.grade_id,
            "cell_type": cell.kind,
            "locked": cell.locked,
            "source": cell.source,
            "checksum": cell.meta["checksum"],
            "notebook_id": wanted[notebook.name],
        }
        for notebook in sources
        for cell in notebook.cells
    ]
    if texts:
        session.execute(source.insert(), texts)
    return wanted, gone


def _cells(
    session: Any,
    identity: str,
    assignment: str,
    notebooks: dict[str, str],
    sources: Sequence[SourceNotebook],
    removed: Path,
) -> tuple[dict[Key, str], bool]:
    from nbgrader import api
    from sqlalchemy import delete, select

    base, notebook = api.BaseCell.__table__, api.Notebook.__table__
    own = {kind: getattr(api, kind).__table__ for kind in ("GradeCell", "SolutionCell", "TaskCell")}
    points = {
        identity: top
        for kind in ("GradeCell", "TaskCell")
        for identity, top in session.execute(select(own[kind].c.id, own[kind].c.max_score))
    }
    rows = session.execute(
        select(base.c.id, base.c.name, base.c.type, base.c.notebook_id)
        .join(notebook, notebook.c.id == base.c.notebook_id)
        .where(notebook.c.assignment_id == identity)
    ).all()
    there = {(row.name, row.type): row for row in rows}
    left = {row.id: row.name for row in rows if there[row.name, row.type].id != row.id}  # stands there twice
    had, changed = bool(there), False
    cells: dict[Key, str] = {}
    for entry in sources:
        for cell in entry.cells:
            for kind in cell_types(cell):
                scored = kind != "SolutionCell"
                values = {"max_score": cell.points, "cell_type": cell.kind} if scored else {}
                row = there.pop((cell.grade_id, kind), None)
                place = notebooks[entry.name]
                key = cells[cell.grade_id, kind] = row.id if row else uuid4().hex
                if row is None:
                    changed = changed or had
                    session.execute(base.insert().values(id=key, name=cell.grade_id, type=kind, notebook_id=place))
                    session.execute(own[kind].insert().values(id=key, **values))
                    continue
                if row.notebook_id != place:
                    session.execute(base.update().where(base.c.id == key).values(notebook_id=place))
                if scored:
                    changed = changed or points.get(key) != cell.points
                    session.execute(own[kind].update().where(own[kind].c.id == key).values(**values))
    left |= {row.id: row.name for row in there.values()}
    if left:
        _keep_manual(session, assignment, left, removed)
        for rows_of in (api.Grade.__table__, api.Comment.__table__):
            session.execute(delete(rows_of).where(rows_of.c.cell_id.in_(left)))
        for of_kind in own.values():
            session.execute(delete(of_kind).where(of_kind.c.id.in_(left)))
        session.execute(delete(base).where(base.c.id.in_(left)))
    return cells, changed or bool(left)


def _keep_manual(session: Any, assignment: str, cells: dict[str, str], path: Path) -> None:
    """Append to a CSV file what people wrote at cells that are about to be removed: nothing by hand is lost."""
    from nbgrader import api
    from sqlalchemy import or_, select

    grade, comment = api.Grade.__table__, api.Comment.__table__
    notebook, submission = api.SubmittedNotebook.__table__, api.SubmittedAssignment.__table__
    queries = [
        (grade, (grade.c.manual_score, grade.c.extra_credit)),
        (comment, (comment.c.manual_comment,)),
    ]
    lines: list[list[Any]] = []
    for table, columns in queries:
        query = (
            select(submission.c.student_id, table.c.cell_id, *columns)
            .join(notebook, notebook.c.id == table.c.notebook_id)
            .join(submission, submission.c.id == notebook.c.assignment_id)
            .where(table.c.cell_id.in_(cells), or_(*(column.is_not(None) for column in columns)))
        )
        for student, cell, *values in session.execute(query):
            for column, value in zip(columns, values, strict=True):
                if value is not None:
                    lines.append([assignment, student, cells[cell], column.name, value])
    if lines:
        new = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            if new:
                writer.writerow(["assignment", "student", "cell", "what", "value"])
            writer.writerows(lines)
