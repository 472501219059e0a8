"""Grades sets of modules through the real grader, all in one session."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.authoring.answer_key import solved_modules
from autograder.authoring.archive import zip_bytes
from autograder.authoring.course import Course
from autograder.judging.catalogue import load_catalogue
from autograder.judging.grade import Job, grade

ROOT = Path(__file__).resolve().parents[3]
ASSIGNMENT = "machine_translation"
VARIANTS = ROOT / "tests/exercises/variants" / ASSIGNMENT
SEED = "catalogue"
MISTAKES = load_catalogue(ROOT / "tests/exercises/mistakes" / ASSIGNMENT)


def reference() -> dict[str, bytes]:
    """The reference's modules by path."""
    course = Course(ROOT)
    return solved_modules(course, course.load(ASSIGNMENT))


def variant(name: str, modules: Mapping[str, bytes]) -> dict[str, bytes]:
    """The reference's modules, those of a right variant in their place."""
    folder = VARIANTS / name
    return {**modules, **{path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")}}


def grade_all(
    submissions: Mapping[str, Mapping[str, bytes]], folder: Path, **options: Any
) -> dict[str, dict[str, Any]]:
    """Grade submissions, given as files by path, and return each one's results; options are those of `grade`."""
    jobs = []
    for name, files in submissions.items():
        path = folder / f"{name}.zip"
        path.write_bytes(zip_bytes(files))
        jobs.append(Job(path, folder / "results" / name))
    results = grade(Course(ROOT), ASSIGNMENT, jobs, seed=SEED, processes=2, **options)
    return dict(zip(submissions, results, strict=True))


def steps_below_maximum(results: Mapping[str, Any]) -> set[str]:
    """The steps that did not get all their points."""
    return {name for name, step in results["extra_data"]["steps"].items() if step["score"] < step["max"]}
