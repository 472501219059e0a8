"""The check under a step: a table on standard output, one short exception, nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from toy_work import RIGHT, STUB, change, forward

from autograder.authoring.assignment import MANIFEST
from autograder.authoring.course import Course
from autograder.student.check import CheckFailed, check

OPEN = forward('raise NotImplementedError("affine_forward: compute x · W + b")')


@pytest.fixture(autouse=True)
def in_the_source_folder(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course.source("toy"))


def run(source: str, step: str = "affine_forward") -> object:
    """Define the class as a notebook does, then call check."""
    scope = {"check": check}
    exec(compile(source, "<ipython-input-1>", "exec"), scope)
    exec(f"answer = check({step!r})", scope)
    return scope["answer"]


def failed(source: str, step: str = "affine_forward") -> str:
    with pytest.raises(CheckFailed) as caught:
        run(source, step)
    error = caught.value
    assert "\n" not in str(error)
    assert error.__suppress_context__ or error.__context__ is None
    assert error._render_traceback_() == [f"CheckFailed: {error}"]
    return str(error)


@pytest.mark.parametrize(("step", "points", "count"), [("affine_parameters", 2, 1), ("affine_forward", 3, 2)])
def test_a_right_step_passes_and_says_so(
    step: str, points: int, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(RIGHT, step) is None
    said = capsys.readouterr()
    assert said.out.startswith(f"{step} · {points} points · {count} of {count} checks passed\n")
    assert said.out.count("✓") == count
    assert said.err == ""


def test_a_wrong_step_names_itself_and_the_first_difference(capsys: pytest.CaptureFixture[str]) -> None:
    message = failed(forward("return torch.matmul(x, self.weight)"))
    assert message == "affine_forward: 1 of 2 checks failed. First: the values of y are wrong"
    said = capsys.readouterr()
    assert "expected 22, got 2" in said.out
    assert "Try: 1 · W[0] + 2 · W[1] + b." in said.out
    assert said.err == ""


def test_an_open_step_is_told_as_open(capsys: pytest.CaptureFixture[str]) -> None:
    assert failed(OPEN) == "affine_forward is still to do: affine_forward: compute x · W + b"
    assert "○" in capsys.readouterr().out


def test_an_open_step_does_not_block_the_other() -> None:
    assert run(OPEN, "affine_parameters") is None
    assert "checks failed" in failed(STUB, "affine_parameters")


def test_an_exception_is_shown_with_the_students_own_line(capsys: pytest.CaptureFixture[str]) -> None:
    message = failed(forward("return x @ self.weight.T"))
    assert message.startswith("affine_forward: 2 of 2 checks failed. First: Affine.forward raised RuntimeError in ")
    said = capsys.readouterr()
    assert "mat1 and mat2 shapes cannot be multiplied" in said.out
    assert "line 20, in forward" in said.out
    assert "site-packages" not in said.out


@pytest.mark.parametrize("line", ["print('psst')", "import sys; sys.stderr.write('psst')"])
def test_printing_is_pointed_out_and_does_not_fail(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(forward(line, "return torch.matmul(x, self.weight) + self.bias")) is None
    said = capsys.readouterr()
    assert "! Affine.forward printed something: psst" in said.out
    assert said.err == ""


def test_what_is_not_there_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert failed(RIGHT, "affine_backward") == "there is no step 'affine_backward'"
    assert failed("x = 1") == "affine_forward: Affine is not defined yet; run the cell above that defines it first"
    monkeypatch.chdir(tmp_path)
    assert "open the notebook inside the assignment's folder" in failed(RIGHT)


def test_the_students_random_stream_and_globals_are_left_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    run(RIGHT)
    assert torch.equal(torch.rand(3), expected)
    assert torch.is_grad_enabled()


def test_the_test_values_cannot_be_changed_by_student_code() -> None:
    assert "forward changes its input x" in failed(
        forward("x.mul_(0)", "return torch.matmul(x, self.weight) + self.bias")
    )


@pytest.mark.parametrize("body", ["raise SystemExit", "return self.forward(x)", "return 10 ** 400", "return"])
def test_whatever_the_code_does_the_notebook_goes_on(body: str) -> None:
    assert "2 of 2 checks failed" in failed(forward(body))


def test_a_release_works_without_the_course(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "release" / "toy"
    shutil.copytree(course.tests("public", "toy"), folder / "tests")
    (folder / MANIFEST).write_text(course.load("toy").to_json(), encoding="utf-8")
    monkeypatch.chdir(folder)
    assert run(RIGHT) is None
    (folder / "tests/test_affine.py").write_text("def test(:\n", encoding="utf-8")
    assert "take a fresh copy of the release" in failed(RIGHT)
    (folder / "tests/test_affine.py").unlink()
    (folder / "test_mine.py").write_text("raise RuntimeError('collected')\n", encoding="utf-8")
    assert "take a fresh copy of the release" in failed(RIGHT)
    assert not list(folder.glob(".pytest_cache"))


def test_in_a_process_of_its_own_nothing_reaches_standard_error() -> None:
    code = f"from autograder import check\nexec({RIGHT!r})\nassert check('affine_forward') is None\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("affine_forward · 3 points · 2 of 2 checks passed")


def test_change_is_honest() -> None:
    with pytest.raises(AssertionError):
        change("not in the answer", "x")
