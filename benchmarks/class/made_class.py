"""A class of any size on the real assignment: the reference, right variants and catalogued mistakes in turn."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests/toolkit"), str(REPOSITORY / "benchmarks")]

from autograder.authoring.answer_key import solved_modules  # noqa: E402
from autograder.authoring.archive import zip_bytes  # noqa: E402
from autograder.authoring.assignment import Assignment  # noqa: E402
from autograder.authoring.course import Course  # noqa: E402
from autograder.judging.catalogue import load_catalogue  # noqa: E402

ASSIGNMENT = "machine_translation"


def copied_course(root: Path) -> Course:
    """A course folder of its own, with the assignment and its tests."""
    folders = ["source", *(f"tests/exercises/{kind}" for kind in ("public", "hidden", "mistakes"))]
    for name in folders:
        shutil.copytree(REPOSITORY / name / ASSIGNMENT, root / name / ASSIGNMENT, symlinks=True)
    return Course(root)


def write_class(folder: Path, course: Course, assignment: Assignment, size: int) -> Path:
    """Write the zips of a class: of each four submissions two are right and two hold a mistake."""
    folder.mkdir(parents=True)
    reference = solved_modules(course, assignment)
    right, wrong = _right(reference), _wrong(course, assignment, reference)
    for number in range(size):
        files = dict(next(wrong if number % 2 else right))
        files["note.txt"] = f"submission {number}\n".encode()  # no two are the same
        (folder / f"student{number:04}.zip").write_bytes(zip_bytes(files))
    return folder


def _right(reference: dict[str, bytes]) -> Iterator[dict[str, bytes]]:
    folders = sorted((REPOSITORY / "tests/exercises/variants" / ASSIGNMENT).iterdir())
    while True:
        for folder in folders:
            yield reference
            found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")}
            yield reference | {name: data for name, data in found.items() if name in reference}


def _wrong(course: Course, assignment: Assignment, reference: dict[str, bytes]) -> Iterator[dict[str, bytes]]:
    mistakes = load_catalogue(course.tests("mistakes", assignment.name))
    while True:
        for mistake in mistakes:
            source = reference[mistake.module].decode()
            yield reference | {mistake.module: mistake.applied_to(source).encode()}
