"""Proves a release: the answer key gets full marks, an untouched release none, nothing leaks, builds repeat."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.authoring import archive
from autograder.authoring.answer_key import solved_modules, solved_notebooks
from autograder.authoring.assignment import Assignment, notebook_files
from autograder.authoring.cells import read_notebook
from autograder.authoring.course import Course
from autograder.authoring.markers import is_solution
from autograder.authoring.regions import find
from autograder.authoring.release import leak_problems, release_entries, student_zip
from autograder.authoring.shipping import ReleaseError

_NEAR = 1e-6


def prove(course: Course, name: str, *, seed: str | None = None) -> list[str]:
    """Show that what is built is what it should be, and return one line for each thing shown.

    What stands in `release/` and `dist/` is checked where it is there; neither is written.

    Args:
        course: where the assignment is.
        name: the assignment.
        seed: text that the tests' random inputs follow from; the class's own unless given.

    Raises:
        AssignmentError: something is not so; one line for each problem.
    """
    assignment = course.load(name)
    entries = release_entries(course, assignment)  # refuses every marker that is none
    regions = sum(
        len(find(cell.source))
        for path in notebook_files(course.source(name))
        for cell in read_notebook(path)
        if is_solution(cell) and cell.kind == "code"
    )
    return [
        f"{regions} solution regions in {len(assignment.notebooks)} notebooks: every marker has its partner",
        _repeats(course, assignment, entries),
        _leaks_nothing(course, assignment, entries),
        *_scores(course, assignment, entries, seed),
    ]


def _repeats(course: Course, assignment: Assignment, entries: Mapping[str, bytes]) -> str:
    again = release_entries(course, assignment)
    differing = sorted(key for key in {*entries, *again} if entries.get(key) != again.get(key))
    if differing:
        raise ReleaseError(*(f"{key}: two builds of the same source differ" for key in differing))
    folder = course.release(assignment.name)
    if folder.is_dir() and archive.read_folder(folder) != entries:
        raise ReleaseError(f"release/{assignment.name} is not what the source builds now; build it again")
    packed = student_zip(course, assignment.name)
    expected = archive.zip_bytes(archive.below(assignment.name, entries))
    if packed.is_file() and packed.read_bytes() != expected:
        raise ReleaseError(f"dist/{packed.name} is not what the source builds now; build it again")
    return f"{len(entries)} files of the release, {len(expected) / 1e6:.2f} MB zipped: two builds are the same bytes"


def _leaks_nothing(course: Course, assignment: Assignment, entries: dict[str, bytes]) -> str:
    packed = archive.zip_bytes(archive.below(assignment.name, entries))
    problems = leak_problems(course, assignment, entries, packed)
    if problems:
        raise ReleaseError(*problems)
    return "no solution, marker, hidden test or leftover in the release or its zip"


def _scores(course: Course, assignment: Assignment, entries: Mapping[str, bytes], seed: str | None) -> list[str]:
    """Grade the reference, as modules and as notebooks, and the untouched release, as students' zips are."""
    from autograder.judging.grade import Job, grade

    untouched = {key: data for key, data in entries.items() if key in assignment.notebooks}
    submissions = {
        "the answer key's modules": solved_modules(course, assignment),
        "the solved notebooks": solved_notebooks(course, assignment),
        "the untouched release": untouched,
    }
    with tempfile.TemporaryDirectory(prefix="prove-") as work:
        jobs = []
        for number, files in enumerate(submissions.values(), start=1):
            path = Path(work) / f"{number}.zip"
            path.write_bytes(archive.zip_bytes(files))
            jobs.append(Job(path, Path(work) / f"results-{number}"))
        results = grade(course, assignment.name, jobs, seed=seed)
    lines: list[str] = []
    problems: list[str] = []
    for what, result in zip(submissions, results, strict=True):
        wanted = 0.0 if what == "the untouched release" else assignment.points
        score = float(result.get("score") or 0.0)
        lines.append(f"{what}: {score:g} of {assignment.points:g} points")
        if abs(score - wanted) > _NEAR:
            steps = ", ".join(_wrong_steps(result, full=wanted > 0)) or "see its results"
            problems.append(f"{what} should get {wanted:g} points and got {score:g}; look at {steps}")
    if problems:
        raise ReleaseError(*problems)
    return lines


def _wrong_steps(result: Mapping[str, Any], *, full: bool) -> list[str]:
    steps = result.get("extra_data", {}).get("steps", {})
    return [
        f"{step} ({verdict['status']})"
        for step, verdict in steps.items()
        if abs(verdict["score"] - (verdict["max"] if full else 0.0)) > _NEAR
    ]
