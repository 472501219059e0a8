"""Grading a class and recording it: results, gradebook and grades.csv in one go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.classroom.batch import grade_class
from autograder.classroom.gradebook import Recorded, record
from autograder.classroom.gradebook.verdicts import GradedSubmission
from autograder.classroom.grades_csv import write_grades_csv


@dataclass(frozen=True)
class GradedClass:
    """A graded and recorded class.

    Attributes:
        graded: the submissions with their results, sorted by name.
        recorded: what the gradebook made of them.
        results: the folder with one folder a student.
        database: nbgrader's database.
        csv: the table of grades.
    """

    graded: list[GradedSubmission]
    recorded: Recorded
    results: Path
    database: Path
    csv: Path


def grade_and_record(
    course: Course,
    assignment: Assignment,
    submissions: list[Path],
    *,
    processes: int,
    seed: str | None = None,
    on_result: Callable[[str, dict[str, Any]], None] | None = None,
) -> GradedClass:
    """Grade submissions, write them into the gradebook, and write grades.csv.

    Args:
        course: the course.
        assignment: the assignment.
        submissions: zips or folders, named after their students.
        processes: how many submissions are graded at once.
        seed: see `grade`.
        on_result: called with each student and results as they come.
    """
    results = course.gradebook / "graded" / assignment.name
    graded = grade_class(course, assignment, submissions, results, processes=processes, seed=seed, on_result=on_result)
    recorded = record(course, assignment, graded)
    csv = course.gradebook / "grades.csv"
    write_grades_csv(csv, assignment, graded)
    return GradedClass(graded, recorded, results, course.gradebook / "gradebook.db", csv)
