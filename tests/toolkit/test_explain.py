"""`autograder explain`: one step again with everything shown, and the seed that reproduces a verdict."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import torch
from toy_work import RIGHT, copy_course, forward, grade_zips, notebook, zipped

from autograder.isolation.engine import Opaque, Ref
from autograder.judging.explanation import shown_value

WRONG = forward("return torch.matmul(x, self.weight) - self.bias")
RAISES = forward("torch.zeros(3)[x.shape[0] + 7]", "return x")


def explain(tmp_path: Path, source: str, step: str = "affine_forward") -> subprocess.CompletedProcess[str]:
    course = copy_course(tmp_path / "course")
    path = zipped(tmp_path / "work.zip", {"toy.ipynb": notebook(source)})
    return subprocess.run(
        [sys.executable, "-m", "autograder", "explain", str(path), "--step", step, "--course", str(course.root)],
        capture_output=True,
        text=True,
    )


def test_a_wrong_step_shows_inputs_expected_and_got_of_hidden_tests_too(tmp_path: Path) -> None:
    done = explain(tmp_path, WRONG)
    assert (done.returncode, done.stderr) == (0, "")
    hidden = done.stdout[done.stdout.index("(hidden") :]
    for word in ("→ build Affine(…)", "weights: ", "→ call Affine.forward", "args: ", "expected: (", "got: ("):
        assert word in hidden, word
    assert "affine_parameters" not in done.stdout


def test_the_students_own_frames_are_shown(tmp_path: Path) -> None:
    done = explain(tmp_path, RAISES)
    assert "IndexError: index" in done.stdout
    assert "in forward: torch.zeros(3)[x.shape[0] + 7]" in done.stdout
    assert "autograder/" not in done.stdout


def test_a_right_step_is_one_line_a_test(tmp_path: Path) -> None:
    done = explain(tmp_path, RIGHT)
    lines = done.stdout.splitlines()
    assert lines[0].endswith("points, passed")
    assert all(line.startswith("✓") for line in lines[1:])


def test_what_steers_a_terminal_is_not_printed_raw(tmp_path: Path) -> None:
    done = explain(tmp_path, forward(r"raise ValueError('\x1b[2J\x1b]0;gone\x07 [bold]markup[/]')"))
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout
    assert "[bold]markup[/]" in done.stdout


def test_an_unknown_step_and_a_missing_file_are_one_line(tmp_path: Path) -> None:
    done = explain(tmp_path, RIGHT, "affine_backward")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "affine_parameters, affine_forward" in done.stderr


def test_the_seed_of_the_results_reproduces_the_verdict(course: Any, tmp_path: Path) -> None:
    works = {"wrong": {"toy.ipynb": notebook(WRONG)}, "right": {"toy.ipynb": notebook(RIGHT)}}

    def graded(folder: str, **options: Any) -> dict[str, Any]:
        (tmp_path / folder).mkdir()
        results = grade_zips(course, works, tmp_path / folder, **options)
        return {name: {**found, "execution_time": 0} for name, found in results.items()}

    first = graded("first")
    again = graded("again", seed=first["wrong"]["extra_data"]["seed"])
    assert json.dumps(first) == json.dumps(again)


def test_values_are_shown_so_that_they_can_be_typed_in_again() -> None:
    assert shown_value(torch.tensor([[1.5, -2.0]])) == "(1, 2) float32\n[[ 1.500000, -2.000000]]"
    assert shown_value((3, "x", None)) == "(3, x, )"
    assert shown_value({"a": torch.tensor(1)}) == "a: () int64\n  1"
    assert shown_value(Ref(4)) == "object 4"
    assert shown_value(Opaque("Thing")) == "<Thing>"
    assert shown_value([torch.zeros(1), 2]).startswith("[0] (1,) float32\n  [0.")
