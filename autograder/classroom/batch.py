"""Grading a class in one session: what is graded already stays, unless something that it was made of has changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.classroom.gradebook.verdicts import GradedSubmission, student_id
from autograder.classroom.layouts import HandedIn
from autograder.classroom.resume import grader_digest, submission_digest, verdict_stands
from autograder.judging.grade import Job, class_seed, grade
from autograder.judging.results import RESULTS

# Called with each student and results as they come.
OnResult = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True)
class GradedBatch:
    """What grading a class gave: one entry a student, and how many verdicts stood already."""

    graded: list[GradedSubmission]
    kept: int


def grade_class(
    course: Course,
    assignment: Assignment,
    submissions: Sequence[HandedIn],
    out: Path,
    *,
    processes: int,
    seed: str | None = None,
    fresh: bool = False,
    on_result: OnResult | None = None,
) -> GradedBatch:
    """Grade submissions side by side; each one's files go to `out/<student>/`.

    Stopped and started again it goes on where it was: a verdict stands while the submission, the tests, the
    assignment, the seed and the grader are the same. A verdict that the grader itself failed on never stands.

    Args:
        course: the course.
        assignment: the assignment.
        submissions: what was handed in.
        out: where results go.
        processes: how many submissions are graded at once.
        seed: see `grade`.
        fresh: grade all of them again.
        on_result: called with each student and results as they come.
    """
    seed = seed or class_seed(course)
    grader = grader_digest(course, assignment.name, seed)
    results: dict[int, dict[str, Any]] = {}
    jobs: dict[int, Job] = {}
    for index, handed_in in enumerate(submissions):
        folder = out / student_id(handed_in.students[0])
        digests = {"grader": grader, "submission": submission_digest(handed_in.path)}
        stands = None if fresh else verdict_stands(folder / RESULTS, **digests)
        if stands is None:
            jobs[index] = Job(handed_in.path, folder, digests)
        else:
            results[index] = stands
            if on_result:
                on_result(handed_in.students[0], stands)
    kept = len(results)
    places = {job.out: index for index, job in jobs.items()}

    def tell(job: Job, found: dict[str, Any]) -> None:
        if on_result:
            on_result(submissions[places[job.out]].students[0], found)

    if jobs:
        made = grade(course, assignment.name, list(jobs.values()), seed=seed, processes=processes, on_result=tell)
        results.update(zip(jobs, made, strict=True))
    graded = []
    for index, handed_in in enumerate(submissions):
        _share(out, handed_in.students)
        graded += [
            GradedSubmission(student, handed_in.path, results[index], handed_in.timestamp)
            for student in handed_in.students
        ]
    return GradedBatch(sorted(graded, key=lambda entry: entry.student), kept)


def _share(out: Path, students: Sequence[str]) -> None:
    """Give each member of a group the files of the first."""
    first, *others = (out / student_id(student) for student in students)
    for folder in others:
        folder.mkdir(parents=True, exist_ok=True)
        for path in first.iterdir():
            if path.is_file():
                shutil.copyfile(path, folder / path.name)
