"""Reads from nbgrader's gradebook what results.json cannot know: hand-in times, extensions, points given by hand.

It only reads, and it does not import nbgrader, which would cost seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.classroom.gradebook.database import GradebookError, gradebook_url, one_line, place_of


@dataclass
class Entry:
    """What the gradebook says of one student.

    Attributes:
        timestamp: when the work was handed in; None where nobody knows.
        extension: what the instructor has granted on top of the due date.
        steps: points of the steps whose automatic score a person has changed.
        by_hand: points of the cells that only people grade.
        marked: how many of those cells a person has given points.
        open: how many of them still wait for a person.
        penalty: points that the late policy takes off.
    """

    timestamp: datetime | None = None
    extension: timedelta | None = None
    steps: dict[str, float] = field(default_factory=dict)
    by_hand: float = 0.0
    marked: int = 0
    open: int = 0
    penalty: float = 0.0


@dataclass(frozen=True)
class Entries:
    """The gradebook of one assignment: an entry a student, and the points that people give.

    Attributes:
        students: the entries by student id.
        by_hand_max: points of all cells that only people grade.
    """

    students: dict[str, Entry] = field(default_factory=dict)
    by_hand_max: float = 0.0


def read_entries(course: Course, assignment: Assignment, db_url: str | None = None) -> Entries:
    """Read the gradebook of an assignment; empty where there is none yet.

    Args:
        course: the course.
        assignment: the assignment.
        db_url: any SQLAlchemy URL; default is what the course's `nbgrader_config.py` names.

    Raises:
        GradebookError: the database cannot be read.
    """
    url = db_url or gradebook_url(course.root, course.gradebook)
    place = place_of(url)
    if db_url is None and isinstance(place, Path) and not place.is_file():
        return Entries()
    with _connection(url) as connection:
        return _read(connection, assignment) if _has_tables(connection) else Entries()


@contextmanager
def _connection(url: str) -> Iterator[Any]:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError

    try:
        engine = create_engine(url)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        raise GradebookError(f"the gradebook database cannot be read: {one_line(error)}") from None


def _has_tables(connection: Any) -> bool:
    """Has anything been recorded? A server's new database is empty."""
    from sqlalchemy import inspect

    return bool(inspect(connection).has_table("submitted_assignment"))


def _read(connection: Any, assignment: Assignment) -> Entries:
    steps = {step.id for step in assignment.steps}
    students = {
        name: Entry(stamp.replace(tzinfo=timezone.utc) if stamp else None, extension, penalty=penalty or 0.0)
        for name, stamp, extension, penalty in connection.execute(_submissions(assignment.name))
    }
    for name, cell, auto, manual, extra, needs in connection.execute(_grades(assignment.name)):
        points = (auto or 0.0) if manual is None else manual
        if cell not in steps:
            students[name].by_hand += points + (extra or 0.0)
            students[name].marked += manual is not None
            students[name].open += bool(needs)
        elif manual is not None or extra:
            students[name].steps[cell] = points + (extra or 0.0)
    tops = [*connection.execute(_points(assignment.name, "grade_cells"))]
    tops += connection.execute(_points(assignment.name, "task_cells"))
    return Entries(students, round(sum(points for cell, points in tops if cell not in steps), 6))


def _tables() -> dict[str, Any]:
    """The columns of nbgrader's tables that are read here."""
    from sqlalchemy import DateTime, Interval, column, table

    columns: dict[str, tuple[str, ...]] = {
        "assignment": ("id", "name"),
        "notebook": ("id", "assignment_id"),
        "base_cell": ("id", "name", "notebook_id"),
        "grade_cells": ("id", "max_score"),
        "task_cells": ("id", "max_score"),
        "submitted_assignment": ("id", "assignment_id", "student_id", "timestamp", "extension"),
        "submitted_notebook": ("id", "assignment_id", "late_submission_penalty"),
        "grade": ("notebook_id", "cell_id", "auto_score", "manual_score", "extra_credit", "needs_manual_grade"),
    }
    types: dict[str, Any] = {"timestamp": DateTime(), "extension": Interval()}
    return {name: table(name, *(column(key, types.get(key)) for key in keys)) for name, keys in columns.items()}


def _submissions(assignment: str) -> Any:
    """Query each submission's student, time, extension and late penalty, which nbgrader keeps by notebook."""
    from sqlalchemy import func, select

    tables = _tables()
    sent, book, owner = (tables[name] for name in ("submitted_assignment", "submitted_notebook", "assignment"))
    return (
        select(sent.c.student_id, sent.c.timestamp, sent.c.extension, func.sum(book.c.late_submission_penalty))
        .join_from(sent, owner, owner.c.id == sent.c.assignment_id)
        .outerjoin(book, book.c.assignment_id == sent.c.id)
        .where(owner.c.name == assignment)
        .group_by(sent.c.id, sent.c.student_id, sent.c.timestamp, sent.c.extension)
    )


def _grades(assignment: str) -> Any:
    """Query each grade: student, cell, automatic and manual points, extra credit, and whether a person is awaited."""
    from sqlalchemy import select

    tables = _tables()
    sent, book, owner = (tables[name] for name in ("submitted_assignment", "submitted_notebook", "assignment"))
    grade, cell = tables["grade"], tables["base_cell"]
    points = (grade.c.auto_score, grade.c.manual_score, grade.c.extra_credit, grade.c.needs_manual_grade)
    return (
        select(sent.c.student_id, cell.c.name, *points)
        .join_from(grade, cell, cell.c.id == grade.c.cell_id)
        .join(book, book.c.id == grade.c.notebook_id)
        .join(sent, sent.c.id == book.c.assignment_id)
        .join(owner, owner.c.id == sent.c.assignment_id)
        .where(owner.c.name == assignment)
    )


def _points(assignment: str, kind: str) -> Any:
    """Query the points of the cells of one kind."""
    from sqlalchemy import select

    tables = _tables()
    scored, cell, notebook, owner = (tables[name] for name in (kind, "base_cell", "notebook", "assignment"))
    return (
        select(cell.c.name, scored.c.max_score)
        .join_from(scored, cell, cell.c.id == scored.c.id)
        .join(notebook, notebook.c.id == cell.c.notebook_id)
        .join(owner, owner.c.id == notebook.c.assignment_id)
        .where(owner.c.name == assignment)
    )
