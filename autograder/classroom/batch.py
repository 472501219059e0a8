"""Grading a whole folder of submissions in one session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.classroom.gradebook.verdicts import GradedSubmission
from autograder.judging.grade import Job, grade


class FolderError(ValueError):
    """A folder holds no submissions. The message says what was expected."""


def find_submissions(folder: Path) -> list[Path]:
    """Return the submissions in a folder, sorted by name: its zips and its subfolders.

    Raises:
        FolderError: there are none.
    """
    if not folder.is_dir():
        raise FolderError(f"{folder} is no folder; name one with a zip or a subfolder for each student")
    found = [
        path
        for path in sorted(folder.iterdir())
        if not path.name.startswith((".", "__")) and (path.is_dir() or path.suffix.lower() == ".zip")
    ]
    if not found:
        raise FolderError(f"{folder} holds no submission: neither a zip nor a subfolder")
    return found


def grade_class(
    course: Course,
    assignment: Assignment,
    submissions: list[Path],
    out: Path,
    *,
    processes: int,
    seed: str | None = None,
    on_result: Callable[[str, dict[str, Any]], None] | None = None,
) -> list[GradedSubmission]:
    """Grade submissions side by side; each one's files go to `out/<student>/`.

    Args:
        course: the course.
        assignment: the assignment.
        submissions: zips or folders, named after their students.
        out: where results go.
        processes: how many submissions are graded at once.
        seed: see `grade`.
        on_result: called with each student and results as they come.
    """
    jobs = [Job(path, out / student_of(path)) for path in submissions]

    def tell(job: Job, results: dict[str, Any]) -> None:
        if on_result:
            on_result(job.out.name, results)

    results = grade(course, assignment.name, jobs, seed=seed, processes=processes, on_result=tell)
    return [
        GradedSubmission(job.out.name, job.submission, content, _handed_in(job.submission))
        for job, content in zip(jobs, results, strict=True)
    ]


def student_of(path: Path) -> str:
    """A submission's student: its name without `.zip`."""
    return path.stem if path.is_file() else path.name


def _handed_in(path: Path) -> datetime:
    """When a submission was last changed, with the local time zone."""
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone()
