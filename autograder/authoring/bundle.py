"""Builds the zip that an instructor uploads to Gradescope: `dist/<assignment>-autograder.zip`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from autograder.authoring import archive, leaks, markers, notebooks, staging
from autograder.authoring.answer_key import solved_modules
from autograder.authoring.assignment import SETTINGS, Assignment, notebook_files
from autograder.authoring.cells import parse_notebook
from autograder.authoring.course import Course
from autograder.authoring.package import PACKAGE, whole_package
from autograder.authoring.shipping import ReleaseError, declared_files, test_files
from autograder.judging.translations import sentences

LARGEST = 5_000_000  # bytes
SEED_FILE = "gradebook/seed.txt"  # where grading looks for the class's seed in any course folder
_PROGRAMS = ("run_autograder", "setup.sh")
_GRADESCOPE = PACKAGE / "gradescope"  # the programs and what they install lie there as they are uploaded


def build_bundle(course: Course, name: str, *, seed: str | None = None) -> Path:
    """Build the Gradescope zip of an assignment; the same source gives the same bytes.

    It holds the package, all exercise tests and the notebooks with their solutions cleared, and is itself a
    course folder. For the diagnosis it has the answer key's modules and the catalogue of mistakes, where there is
    one; `setup.sh` closes them, like the hidden tests, to everybody but root.

    Args:
        course: where the assignment is.
        name: the assignment.
        seed: the class's secret seed, so that Gradescope draws the same inputs; without it every zip has its own.

    Raises:
        AssignmentError: the assignment's source is wrong, or the zip would be too large.
    """
    assignment = course.load(name)
    problems = leaks.source_problems(course.source(name), assignment)
    if problems:
        raise ReleaseError(*problems)
    entries = bundle_entries(course, assignment, seed=seed)
    # Hidden tests are meant to be in this zip; solutions are not.
    solutions = replace(leaks.secrets(course, assignment), hidden={}, hidden_names=frozenset())
    source = {key: data for key, data in entries.items() if key.startswith("source/")}
    problems = [line for key, data in source.items() for line in leaks.content_problems(key, data, solutions)]
    problems += _leaderboard_problems(course, assignment)
    data = archive.zip_bytes(entries, executable=_PROGRAMS)
    if len(data) > LARGEST:
        largest = max(entries, key=lambda key: len(entries[key]))
        problems.append(
            f"{name}-autograder.zip has {len(data) / 1e6:.1f} MB, more than {LARGEST / 1e6:.0f}; "
            f"its largest file is {largest}: make it smaller"
        )
    if problems:
        raise ReleaseError(*problems)
    target = bundle_zip(course, name)
    staging.write_file(target, data)
    return target


def bundle_zip(course: Course, name: str) -> Path:
    """Where the Gradescope zip is built."""
    return course.dist / f"{name}-autograder.zip"


def bundle_entries(course: Course, assignment: Assignment, *, seed: str | None = None) -> dict[str, bytes]:
    """Make the files of the Gradescope zip: names and contents."""
    from autograder.gradescope.telling import FAULT, no_verdict
    from autograder.judging.results import json_text

    name = assignment.name
    folder = course.source(name)
    entries = {key: (_GRADESCOPE / key).read_bytes() for key in (*_PROGRAMS, "requirements.txt")}
    entries[FAULT] = json_text(no_verdict(assignment, "the grader did not come to its end")).encode("utf-8")
    entries[f"source/{name}/{SETTINGS}"] = (folder / SETTINGS).read_bytes()
    if seed is not None:
        entries[SEED_FILE] = f"{seed}\n".encode()
    for path in notebook_files(folder):
        entries[f"source/{name}/{path.name}"] = cleared_notebook(path)
    for declared in declared_files(folder, assignment):
        # Helpers only: figures and data play no part in grading.
        if declared.suffix == ".py" or any("*" not in key and key == str(declared) for key in assignment.files):
            entries[f"source/{name}/{declared}"] = (folder / declared).read_bytes()
    for kind in ("public", "hidden", "mistakes"):
        tests = test_files(course.tests(kind, name))
        entries |= archive.below(f"tests/exercises/{kind}/{name}", tests)
    entries |= archive.below(f"solutions/{name}", solved_modules(course, assignment))
    return entries | whole_package()


def _leaderboard_problems(course: Course, assignment: Assignment) -> list[str]:
    """Say what is wrong with the two lists of sentences that a leaderboard needs."""
    names = assignment.leaderboard
    if not names.sources and not names.references:
        return []
    paths = course.source(assignment.name) / names.sources, course.tests("hidden", assignment.name) / names.references
    missing = [str(path.relative_to(course.root)) for path in paths if not path.is_file()]
    if missing:
        return [f"{SETTINGS}: [leaderboard] needs {' and '.join(missing)}, one sentence a line; add it, or remove both"]
    counts = [len(sentences(path.read_text(encoding="utf-8"))) for path in paths]
    if counts[0] != counts[1]:
        return [f"{SETTINGS}: {names.sources} has {counts[0]} sentences and {names.references} {counts[1]}: pair them"]
    return []


def cleared_notebook(path: Path) -> bytes:
    """Return a notebook with its solutions cleared, as `assignment.load` reads it: no nbgrader needed."""
    text = path.read_text(encoding="utf-8-sig")
    document = notebooks.parse(text, path.name)
    for entry, cell in zip(document["cells"], parse_notebook(text, path.name), strict=True):
        source = markers.cleared(cell)
        entry["source"] = markers.without_scheme(cell) if markers.is_task(cell) else source
    return notebooks.dump(notebooks.normalise(document)).encode("utf-8")
