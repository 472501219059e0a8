"""Builds what students get: `release/<assignment>/` and `dist/<assignment>-student.zip`."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.authoring import archive, convert, leaks, staging
from autograder.authoring.assignment import SETTINGS, Assignment, notebook_files
from autograder.authoring.course import Course
from autograder.authoring.handout import handout_files
from autograder.authoring.package import student_package
from autograder.authoring.shipping import ReleaseError, declared_files, source_files, test_files


@dataclass(frozen=True)
class ReleaseReport:
    """What a build made: the folder, the zip, their files, and what it left out of the source."""

    assignment: Assignment
    folder: Path
    archive: Path
    files: tuple[str, ...]
    left_out: tuple[str, ...]


def build_release(course: Course, name: str) -> ReleaseReport:
    """Build the student release of an assignment and swap it in.

    The same source gives the same bytes. If anything is wrong, the release that was there stays.

    Raises:
        AssignmentError: the assignment cannot be released; one line for each problem.
    """
    assignment = course.load(name)
    entries = release_entries(course, assignment)
    packed = archive.zip_bytes(archive.below(name, entries))
    with staging.staged_folder(course.release(name)) as folder:
        archive.write_folder(folder, entries)
        _refuse_leaks(course, assignment, folder, packed)
    target = student_zip(course, name)
    staging.write_file(target, packed)
    return ReleaseReport(assignment, course.release(name), target, tuple(sorted(entries)), left_out(course, assignment))


def student_zip(course: Course, name: str) -> Path:
    """Where the zip for students is built."""
    return course.dist / f"{name}-student.zip"


def release_entries(course: Course, assignment: Assignment) -> dict[str, bytes]:
    """Make the files of a release: names below the release folder, and contents.

    Raises:
        AssignmentError: the source cannot be released; one line for each problem.
    """
    source = course.source(assignment.name)
    problems = leaks.source_problems(source, assignment)
    tests = test_files(course.tests("public", assignment.name))
    if not any(name.startswith("test_") and name.endswith(".py") for name in tests):
        problems.append(
            f"tests/exercises/public/{assignment.name} has no test_*.py; students need tests for their checks"
        )
    else:
        problems += [
            f"step {step.id} has no test in tests/exercises/public/{assignment.name}; write one, "
            f"or its check passes whatever a student writes"
            for step in assignment.steps
            if not any(_names(data, step.id) for data in tests.values())
        ]
    if not notebook_files(source):
        problems.append(f"source/{assignment.name} has no notebook; write one")
    if problems:
        raise ReleaseError(*problems)
    entries = handout_files(assignment) | student_package() | archive.below("tests", tests)
    for name in declared_files(source, assignment):
        entries[str(name)] = (source / name).read_bytes()
    return entries | student_notebooks(course, assignment)


def _names(data: bytes, step: str) -> bool:
    """Does a test file mark a test with this step?"""
    return any(f"{quote}{step}{quote}".encode() in data for quote in "\"'")


def student_notebooks(course: Course, assignment: Assignment) -> dict[str, bytes]:
    """Run nbgrader on the assignment's notebooks and return the students' versions."""
    with tempfile.TemporaryDirectory(prefix="release-") as work:
        root = Path(work).resolve()
        source = root / "source" / assignment.name
        source.mkdir(parents=True)
        for path in notebook_files(course.source(assignment.name)):
            convert.prepare(path, source / path.name, assignment.url)
        made = archive.read_folder(convert.generate(root, assignment.name))
    missing = sorted(set(assignment.notebooks) - set(made))
    if missing:
        raise ReleaseError(*(f"{name}: nbgrader made no student version of it" for name in missing))
    return made


def left_out(course: Course, assignment: Assignment) -> tuple[str, ...]:
    """Return the files of the source folder that stay with the instructor, leftovers of runs aside."""
    folder = course.source(assignment.name)
    shipped = {*declared_files(folder, assignment), *map(PurePosixPath, [*assignment.notebooks, SETTINGS])}
    return tuple(str(name) for name in source_files(folder, assignment) if name not in shipped)


def _refuse_leaks(course: Course, assignment: Assignment, folder: Path, packed: bytes) -> None:
    """Look through the built files as they are on disk and in the zip."""
    problems = leak_problems(course, assignment, archive.read_folder(folder), packed)
    if problems:
        raise ReleaseError(*problems)


def leak_problems(course: Course, assignment: Assignment, entries: dict[str, bytes], packed: bytes) -> list[str]:
    """Return what a built release gives away, one line each: in its folder, then in its zip."""
    secret = leaks.secrets(course, assignment)
    problems = [f"release: {problem}" for problem in leaks.scan(entries, secret, assignment)]
    prefix = f"{assignment.name}/"
    zipped = {name.removeprefix(prefix): data for name, data in archive.read_zip(packed).items()}
    if zipped != entries:
        problems += [f"student zip: {problem}" for problem in leaks.scan(zipped, secret, assignment)]
        problems.append("student zip: it does not hold the same files as the release; build again")
    return problems
