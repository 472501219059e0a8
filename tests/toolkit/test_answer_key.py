"""The answer key, and the proof that a release is what it should be."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_course import NOTEBOOK, SOLUTION, add_cell, edit, put, replace_text, toy_course

from autograder.authoring import answer_key, archive, prove
from autograder.authoring.course import Course
from autograder.authoring.release import build_release, student_zip
from autograder.authoring.shipping import ReleaseError


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return toy_course(tmp_path)


# The answer key


def test_the_answer_key_has_the_modules_without_markers(course: Course) -> None:
    old = course.solutions("toy") / "models/old.py"
    old.parent.mkdir(parents=True)
    old.write_text("x = 1", encoding="utf-8")
    assert answer_key.write_solutions(course, "toy") == [course.solutions("toy") / "models/affine.py"]
    text = (course.solutions("toy") / "models/affine.py").read_text(encoding="utf-8")
    assert SOLUTION in text
    assert "SOLUTION" not in text
    assert "NotImplementedError" not in text
    compile(text, "affine.py", "exec")
    assert not old.exists()


def only(course: Course, *sources: str) -> None:
    """Leave given code cells only: these run without torch and without a check."""
    edit(course, lambda document: document["cells"].clear())
    for number, source in enumerate(sources):
        add_cell(course, "code", source, id=f"cell-{number}")


def test_the_solved_notebooks_run_in_a_copy(course: Course) -> None:
    put(course, "figures/number.txt", "6")
    only(course, "import autograder", "print(7 * int(open('figures/number.txt').read()))", "open('left.txt', 'w')")
    seen: list[tuple[str, int, int]] = []
    pages = answer_key.execute_solutions(course, "toy", lambda *where: seen.append(where))
    assert [page.name for page in pages] == ["toy.html"]
    assert "42" in pages[0].read_text(encoding="utf-8")
    assert seen == [(NOTEBOOK, 1, 3), (NOTEBOOK, 2, 3), (NOTEBOOK, 3, 3)]
    assert not (course.source("toy") / "left.txt").exists()


def test_a_cell_that_fails_is_named_and_nothing_is_written(course: Course) -> None:
    only(course, "x = 1", "raise ValueError('shapes differ\\nmore')")
    with pytest.raises(ReleaseError) as caught:
        answer_key.execute_solutions(course, "toy")
    assert str(caught.value) == "toy.ipynb, cell 2 (cell-1): ValueError: shapes differ; repair the solved notebook"
    assert not course.solutions("toy").exists()


# The proof of a release

EXAM = '''"""Enough to tell right from open."""

import pytest
import torch

from autograder.judging.compare import require, require_close


@pytest.mark.step("affine_parameters")
def test_shapes(student):
    """W and b have the shapes of the table."""
    shapes = sorted(tuple(value.shape) for value in student.build("Affine", 3, 2).weights().values())
    require(shapes == [(2,), (3, 2)], f"found {shapes}")


@pytest.mark.step("affine_forward")
def test_value(student):
    """One row is mapped as on paper."""
    model = student.build("Affine", 1, 2)
    model.load({"weight": torch.tensor([[2.0, 3.0]]), "bias": torch.tensor([1.0, -1.0])})
    require_close(model.call(torch.tensor([[5.0]])), torch.tensor([[11.0, 14.0]]), "y")
'''


@pytest.fixture
def examined(course: Course) -> Course:
    """The toy course with public tests that really grade."""
    (course.tests("public", "toy") / "test_affine.py").write_text(EXAM, encoding="utf-8")
    (course.tests("hidden", "toy") / "test_secrets.py").write_text(EXAM.replace("def test", "def test_hidden"), "utf-8")
    return course


def test_a_sound_release_is_proved(examined: Course) -> None:
    build_release(examined, "toy")
    assert prove.prove(examined, "toy", seed="5") == [
        "2 solution regions in 1 notebooks: every marker has its partner",
        f"{len(archive.read_folder(examined.release('toy')))} files of the release, "
        f"{student_zip(examined, 'toy').stat().st_size / 1e6:.2f} MB zipped: two builds are the same bytes",
        "no solution, marker, hidden test or leftover in the release or its zip",
        "the answer key's modules: 5 of 5 points",
        "the solved notebooks: 5 of 5 points",
        "the untouched release: 0 of 5 points",
    ]


def test_a_wrong_answer_key_is_no_proof(examined: Course) -> None:
    replace_text(examined, "return projected + self.bias", "return projected - self.bias")
    with pytest.raises(ReleaseError) as caught:
        prove.prove(examined, "toy", seed="5")
    assert [problem.split(";")[0] for problem in caught.value.problems] == [
        "the answer key's modules should get 5 points and got 2",
        "the solved notebooks should get 5 points and got 2",
    ]
    assert "affine_forward (failed)" in str(caught.value)


def test_a_stale_release_is_no_proof(examined: Course) -> None:
    build_release(examined, "toy")
    replace_text(examined, "five minutes", "six minutes")
    with pytest.raises(ReleaseError, match="release/toy is not what the source builds now"):
        prove.prove(examined, "toy", seed="5")
