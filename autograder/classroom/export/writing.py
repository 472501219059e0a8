"""Writes the grades of a class for another program."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.classroom.export.canvas import write_canvas
from autograder.classroom.export.formats import Format
from autograder.classroom.export.grades import collect
from autograder.classroom.export.gradescope import write_gradescope
from autograder.classroom.export.junit import write_junit
from autograder.classroom.export.questions import write_questions
from autograder.classroom.export.roster import read_roster
from autograder.classroom.gradebook.entries import read_entries
from autograder.classroom.reading import read_class


@dataclass(frozen=True)
class Exported:
    """What an export wrote, and what a person should know about it, one sentence each."""

    path: Path
    notes: tuple[str, ...] = ()


def export(
    course: Course,
    assignment: Assignment,
    kind: Format,
    *,
    results: Path | None = None,
    out: Path | None = None,
    roster: Path | None = None,
    column: str = "",
    db_url: str | None = None,
) -> Exported:
    """Write the grades of a class for another program.

    Args:
        course: the course.
        assignment: the assignment.
        kind: for which program.
        results: the folder with one folder a student; where `autograder class` writes them unless given.
        out: the file; in the gradebook, named after the format, unless given.
        roster: a CSV file with names and numbers, as Canvas or Gradescope export it.
        column: the assignment's column in Canvas.
        db_url: nbgrader's database; the course's own unless given.

    Raises:
        ResultsError: there are no results.
        RosterError: the roster cannot be used.
        GradebookError: the database cannot be read.
    """
    found = read_class(results or course.gradebook / "graded" / assignment.name, assignment.name)
    grades = collect(assignment, found, read_entries(course, assignment, db_url))
    people = read_roster(roster) if roster else None
    path = out or course.gradebook / ("junit.xml" if kind is Format.junit else f"{kind.value}.csv")
    if kind is Format.canvas:
        write_canvas(path, assignment, grades, people, column)
    elif kind is Format.gradescope:
        write_gradescope(path, assignment, grades, people)
    elif kind is Format.questions:
        write_questions(path, grades)
    else:
        write_junit(path, assignment, grades)
    notes = [f"{grade.student} has no grade: {grade.why}" for grade in grades.students if grade.why]
    if people:
        strangers = [grade.student for grade in grades.students if not people.find(grade.student)]
        notes += [f"Not in {roster.name if roster else ''}: {', '.join(strangers)}."] if strangers else []
    off = sum(grade.penalty > 0 for grade in grades.students)
    if off and kind in (Format.canvas, Format.gradescope):
        notes.append(f"The late policy takes points off the total of {off} students.")
    waiting = sum(grade.by_hand is None for grade in grades.students)
    if grades.by_hand_max and waiting and kind in (Format.canvas, Format.gradescope):
        notes.append(f"{waiting} students still wait for points by hand: their cells are empty.")
    return Exported(path, tuple(notes))
