"""What a build refuses: one clear line each, and the old release stays."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from toy_course import PUBLIC_TEST, SOLUTION, add_cell, built, declare, put, refusal, replace_text, toy_course, written

from autograder.authoring import archive
from autograder.authoring.course import Course
from autograder.authoring.release import build_release, student_zip


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return toy_course(tmp_path)


def test_a_stray_file_with_markers_is_named(course: Course) -> None:
    before = built(course)
    put(course, "affine_solved.py", f"x = 1\n### BEGIN SOLUTION pass\n{SOLUTION}\n### END SOLUTION\n")
    message = refusal(course)
    assert message.startswith("affine_solved.py: solution markers outside a notebook")
    assert "\n" not in message
    assert archive.read_folder(course.release("toy")) == before, "the old release is gone"


def test_a_declared_file_with_markers_is_named(course: Course) -> None:
    put(course, "train.py", "# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n")
    declare(course, "train.py")
    assert "train.py: solution markers outside a notebook, and [release] files declares it" in refusal(course)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("figures/*.png", "matches no file"),
        ("../toy/*.txt", "name files below"),
        ("README.md", "the release builds itself"),
        ("tests/*.py", "the release builds itself"),
        ("toy.ipynb", "matches no file"),
    ],
)
def test_a_pattern_that_cannot_ship_is_refused(course: Course, pattern: str, message: str) -> None:
    put(course, "README.md", "for instructors")
    put(course, "tests/test_x.py", "x = 1")
    declare(course, pattern)
    assert message in refusal(course)


def test_a_link_is_refused(course: Course) -> None:
    (course.source("toy") / "words.txt").symlink_to(course.tests("hidden", "toy") / "test_secrets.py")
    declare(course, "words.txt")
    assert "words.txt is a link" in refusal(course)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("### END SOLUTION", "### End Solution"),
        ("### END SOLUTION", "### END SOLUTIONS"),
        ("### BEGIN SOLUTION pass", "### BEGIN SOLUTION"),
        ("### BEGIN SOLUTION", "## begin solution"),
        ("### BEGIN SOLUTION pass", "### BEGIN SOLUTOIN pass"),
    ],
)
def test_a_misspelt_marker_keeps_the_old_release(course: Course, old: str, new: str) -> None:
    before = built(course), student_zip(course, "toy").read_bytes()
    replace_text(course, old, new)
    message = refusal(course)
    assert message.startswith("toy.ipynb, cell 4 (Affine): line ")
    assert (archive.read_folder(course.release("toy")), student_zip(course, "toy").read_bytes()) == before


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("### BEGIN SOLUTION pass\nx = 1\n### END SOLUTION", "no nbgrader solution cell"),
        ("### BEGIN HIDDEN TESTS\nassert True\n### END HIDDEN TESTS", "hidden tests belong into"),
        ("### BEGIN HIDDEN TEST\nassert True", "hidden tests belong into"),
    ],
)
def test_markers_in_a_given_cell_are_refused(course: Course, source: str, message: str) -> None:
    add_cell(course, "code", source)
    assert f"toy.ipynb, cell 9: line 1: {message}"[:24] in refusal(course)
    assert message in refusal(course)


def test_a_solution_cell_without_a_region_is_refused(course: Course) -> None:
    add_cell(course, "code", "answer = 42", metadata=written("why", cell_type="code"))
    assert "toy.ipynb, cell 9 (why): a solution cell without a region" in refusal(course)


def test_all_problems_are_told_at_once(course: Course) -> None:
    add_cell(course, "code", "### BEGIN SOLUTION pass\n### END SOLUTION")
    put(course, "more/extra.ipynb", "{}")
    put(course, "stray.py", "### BEGIN SOLUTION pass\n### END SOLUTION\n")
    lines = refusal(course).split("\n")
    assert [line.split(":")[0] for line in lines] == ["toy.ipynb, cell 9", "more/extra.ipynb", "stray.py"]


def test_a_release_needs_public_tests(course: Course) -> None:
    shutil.rmtree(course.tests("public", "toy"))
    assert "tests/exercises/public/toy has no test_*.py" in refusal(course)


def test_a_step_needs_a_public_test(course: Course) -> None:
    path = course.tests("public", "toy") / "test_affine.py"
    path.write_text(PUBLIC_TEST.replace("affine_forward", "affine"), encoding="utf-8")
    assert refusal(course).startswith("step affine_forward has no test in tests/exercises/public/toy; write one")


def test_a_crash_in_the_build_keeps_the_old_release(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    before = built(course)

    def full_disk(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "write_folder", full_disk)
    with pytest.raises(OSError, match="No space"):
        build_release(course, "toy")
    assert archive.read_folder(course.release("toy")) == before
    assert not list(course.root.glob("release/.*"))


def test_nbgraders_own_refusal_is_one_line(course: Course) -> None:
    add_cell(course, "markdown", "x", metadata=written("why", locked=True, points=-1))
    message = refusal(course)
    assert message.startswith("toy.ipynb: nbgrader refuses it: ")
    assert "\n" not in message
