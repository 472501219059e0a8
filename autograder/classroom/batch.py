"""Grading a class: what is graded already stays, unless something that it was made of has changed.

Results are on disk; in memory is what is under way.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.classroom.cluster.coordinator import grade_on_cluster
from autograder.classroom.gradebook.verdicts import GradedSubmission, student_id
from autograder.classroom.layouts import HandedIn
from autograder.classroom.resume import grader_digest, submission_digest, verdict_stands
from autograder.judging.grade import Job, class_seed, grade_each
from autograder.judging.results import RESULTS, remove_drafts

# Called with each student and results as they come.
OnResult = Callable[[str, dict[str, Any]], None]
_FILES = (RESULTS, "feedback.html", "fault.txt")


@dataclass(frozen=True)
class GradedBatch:
    """What grading a class gave: one entry a student, and how many verdicts stood already."""

    graded: list[GradedSubmission]
    kept: int


class Stored(Mapping[str, Any]):
    """The content of a results.json, read when it is looked at: a thousand of them fit into no small memory."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __getitem__(self, key: str) -> Any:
        return _content(self._path)[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_content(self._path))

    def __len__(self) -> int:
        return len(_content(self._path))


@lru_cache(maxsize=2)  # who looks at one looks several times
def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def grade_class(
    course: Course,
    assignment: Assignment,
    submissions: Sequence[HandedIn],
    out: Path,
    *,
    processes: int,
    seed: str | None = None,
    fresh: bool = False,
    cluster: str | None = None,
    on_ready: Callable[[int], None] | None = None,
    on_start: Callable[[str], None] | None = None,
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
        processes: how many submissions are graded at once on this machine.
        seed: see `grade`.
        fresh: grade all of them again.
        cluster: address of a Dask scheduler, whose workers grade in place of this machine.
        on_ready: called with how many of them will be graded: the verdicts of the others stand.
        on_start: called with each student whose submission begins; not on a cluster.
        on_result: called with each student and results as they come.
    """
    seed = seed or class_seed(course)
    grader = grader_digest(course, assignment.name, seed)
    jobs: list[Job] = []
    students: dict[Path, str] = {}
    for handed_in in submissions:
        first = handed_in.students[0]
        folder = out / student_id(first)
        digests = {"grader": grader, "submission": submission_digest(handed_in.path)}
        stands = None if fresh else verdict_stands(folder / RESULTS, **digests)
        if stands is None:
            jobs.append(Job(handed_in.path, folder, digests))
            students[folder] = first
        elif on_result:
            on_result(first, stands)

    def begin(job: Job) -> None:
        if on_start:
            on_start(students[job.out])

    def tell(job: Job, found: dict[str, Any]) -> None:
        if on_result:
            on_result(students[job.out], found)

    if on_ready:
        on_ready(len(jobs))
    if jobs and cluster:
        grade_on_cluster(cluster, course, assignment, jobs, tell, seed=seed)
    elif jobs:
        grade_each(course, assignment.name, jobs, tell, seed=seed, processes=processes, on_start=begin)
    _content.cache_clear()
    graded = []
    for handed_in in submissions:
        _share(out, handed_in.students)
        graded += [
            GradedSubmission(student, handed_in.path, Stored(out / student_id(student) / RESULTS), handed_in.timestamp)
            for student in handed_in.students
        ]
    return GradedBatch(sorted(graded, key=lambda entry: entry.student), len(submissions) - len(jobs))


def _share(out: Path, students: Sequence[str]) -> None:
    """Give each member of a group the files of the first, and take away what a killed run has left half written."""
    first, *others = (out / student_id(student) for student in students)
    for folder in (first, *others):
        remove_drafts(folder, _FILES)
    for folder in others:
        folder.mkdir(parents=True, exist_ok=True)
        for path in first.iterdir():
            if path.is_file():
                shutil.copyfile(path, folder / path.name)
