"""Grading a class and recording it: results, gradebook, grades.csv and the report in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.classroom.alone import alone
from autograder.classroom.batch import grade_class
from autograder.classroom.extensions import EXTENSIONS, read_extensions
from autograder.classroom.gradebook import Recorded, record
from autograder.classroom.gradebook.entries import read_entries
from autograder.classroom.gradebook.verdicts import GradedSubmission
from autograder.classroom.grades_csv import write_grades_csv
from autograder.classroom.layouts import HandedIn
from autograder.classroom.report import REPORT, write_report
from autograder.judging.results import remove_drafts

GRADES = "grades.csv"


@dataclass(frozen=True)
class GradedClass:
    """A graded and recorded class.

    Attributes:
        graded: the submissions with their results, sorted by name.
        recorded: what the gradebook made of them.
        kept: how many verdicts stood already and were not made again.
        results: the folder with one folder a student.
        database: nbgrader's database: a file, or an address without its password.
        csv: the table of grades.
        report: the page about the class.
    """

    graded: list[GradedSubmission]
    recorded: Recorded
    kept: int
    results: Path
    database: Path | str
    csv: Path
    report: Path


def grade_and_record(
    course: Course,
    assignment: Assignment,
    submissions: Sequence[HandedIn],
    *,
    processes: int,
    seed: str | None = None,
    fresh: bool = False,
    cluster: str | None = None,
    extensions: Path | None = None,
    on_ready: Callable[[int], None] | None = None,
    on_start: Callable[[str], None] | None = None,
    on_result: Callable[[str, dict[str, Any]], None] | None = None,
) -> GradedClass:
    """Grade submissions, write them into the gradebook, and write grades.csv and the report.

    Killed at any moment and called again, it ends as if it had not been killed.

    Args:
        course: the course.
        assignment: the assignment.
        submissions: what was handed in.
        processes: how many submissions are graded at once.
        seed: see `grade`.
        fresh: grade all of them again, also those whose verdict stands.
        cluster: address of a Dask scheduler, whose workers grade in place of this machine.
        extensions: who may hand in later, as `read_extensions` reads it; unless given, the gradebook folder's
            `extensions.csv`, and without that what nbgrader's gradebook says already.
        on_ready: see `grade_class`, as for the two below.
        on_start: called with each student whose submission begins.
        on_result: called with each student and results as they come.

    Raises:
        ExtensionsError: the table of extensions is malformed; nothing has been graded then.
    """
    table = extensions or course.gradebook / EXTENSIONS
    granted = read_extensions(table, course, assignment) if extensions or table.exists() else None
    results = course.gradebook / "graded" / assignment.name
    with alone(course):
        remove_drafts(course.gradebook, (GRADES, REPORT))
        batch = grade_class(
            course,
            assignment,
            submissions,
            results,
            processes=processes,
            seed=seed,
            fresh=fresh,
            cluster=cluster,
            on_ready=on_ready,
            on_start=on_start,
            on_result=on_result,
        )
        recorded = record(course, assignment, batch.graded, extensions=granted)
        csv = course.gradebook / GRADES
        entries = read_entries(course, assignment).students
        write_grades_csv(csv, assignment, batch.graded, {name: entry.extension for name, entry in entries.items()})
        page = write_report(course, assignment)
    return GradedClass(batch.graded, recorded, batch.kept, results, recorded.database, csv, page)
