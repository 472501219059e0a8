"""What only a run shows before handing in: prints, crashes, hangs and failed checks, found in another process."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from toy_work import MODULE, RIGHT, TOY, change, forward, notebook

from autograder.authoring.assignment import load
from autograder.authoring.course import Course
from autograder.authoring.release import build_release
from autograder.student import collect, tryout
from autograder.student.tryout import Tryout, judge

ZERO = "graded code must print nothing, this would score 0 in the programming part"
LINE = "        projected ="


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = Course(tmp_path_factory.mktemp("course"))
    shutil.copytree(TOY, course.root, ignore=shutil.ignore_patterns("models", ".*", "__*"), dirs_exist_ok=True)
    build_release(course, "toy")
    return course.release("toy")


@pytest.fixture
def folder(release: Path, tmp_path: Path) -> Path:
    """A student's folder, fresh from the release."""
    return Path(shutil.copytree(release, tmp_path / "my toy"))


def collected(folder: Path, source: str, capsys: pytest.CaptureFixture[str], seconds: float = 120.0) -> tuple[int, str]:
    """Save this source in the notebook and collect: the exit status and what was said."""
    (folder / "toy.ipynb").write_text(notebook(source), encoding="utf-8")
    status = collect.collect(folder, seconds=seconds)
    return status, capsys.readouterr().out


def costs(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith("COSTS")]


def test_right_and_silent_work_needs_no_word(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = collected(folder, RIGHT, capsys)
    assert (status, costs(said), "Note" in said) == (0, [], False)
    assert not list(folder.rglob("__pycache__"))


def test_a_warning_is_no_printing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    warned = "        torch.ones(2, 2, 2).T  # torch warns that this goes away\n"
    status, said = collected(folder, change(LINE, warned + LINE), capsys)
    assert (status, costs(said), "Note" in said) == (0, [], False)


@pytest.mark.parametrize(
    ("source", "call", "step"),
    [
        (change("import torch\n", "import torch\nprint('loading', 1)\n"), f"import of {MODULE}", "affine_parameters"),
        (
            change(
                "        projected =", "        if len(x) == 1:\n            print('loading', 1)\n        projected ="
            ),
            "Affine.forward",
            "affine_forward",
        ),
        (
            change(LINE, "        with open('/dev/fd/2', 'a') as say:\n            say.write('loading 1\\n')\n" + LINE),
            "Affine.forward",
            "affine_forward",
        ),
    ],
    ids=["at import", "in a branch", "past sys.stderr"],
)
def test_printing_costs_everything_and_is_told_with_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str], source: str, call: str, step: str
) -> None:
    status, said = collected(folder, source, capsys)
    assert status == 1
    assert f"COSTS POINTS: {call} printed “loading 1” in {step}: {ZERO}" in costs(said)
    assert "loading" not in "".join(line for line in said.splitlines() if not line.startswith("COSTS"))


def test_a_crash_at_import_is_told_with_its_cell(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    marked = "import torch\ntorch.was_run_by = 'collect'\nraise SystemExit('stop')\n"
    status, said = collected(folder, change("import torch\n", marked), capsys)
    assert status == 1
    (cost,) = costs(said)
    assert cost == (
        "COSTS POINTS: toy.ipynb, cell 4 (Affine), line 4: models/affine.py cannot be imported: SystemExit: stop "
        "[affine_parameters, affine_forward: 5 points]"
    )
    assert "public check" not in said
    # Not in this process.
    assert not hasattr(torch, "was_run_by")
    assert not [name for name in sys.modules if name == "models" or name.startswith("models.")]


def test_an_endless_loop_is_told_with_its_step(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = collected(folder, forward("while True:", "    pass"), capsys, seconds=25)
    assert status == 1
    (cost,) = costs(said)
    assert "Affine.forward did not end in affine_forward: a call may take 5 seconds when it is graded" in cost
    assert cost.endswith("[affine_forward: 3 points]")


def test_code_that_ends_python_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = collected(folder, forward("torch.UntypedStorage._free_weak_ref(8)"), capsys)
    assert status == 1
    assert "Affine.forward ended the whole Python process in affine_forward" in said


def test_failed_checks_are_a_note(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = collected(folder, change("+ self.bias", "- self.bias"), capsys)
    assert (status, costs(said)) == (0, [])
    assert "Note: affine_forward: 1 of 2 public checks fails; run its check in the notebook" in said
    assert "affine_parameters" not in said


def test_a_release_without_its_tests_is_a_note(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(folder / "tests")
    status, said = collected(folder, RIGHT, capsys)
    assert status == 0
    assert "Note: the public tests cannot be run (no test file" in said


def test_a_python_without_torch_is_a_note(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "torch.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\")\n", encoding="utf-8")
    status, said = collected(folder, RIGHT, capsys)
    assert status == 0
    assert "Note: the public tests could not be run: ModuleNotFoundError: No module named 'torch'; what only" in said


# Policies, without a run ----------------------------------------------------------------------------------

PRINTED = Tryout(printed=(("affine_parameters", f"import of {MODULE}", "hi"), ("affine_forward", "Affine.forward", "")))


def test_each_policy_of_silence_has_its_price(release: Path) -> None:
    toy = load(release)
    found, notes = judge(toy, {}, PRINTED, [])
    assert found == [
        f"import of {MODULE} printed “hi” in affine_parameters: {ZERO}",
        f"Affine.forward printed an empty line in affine_forward: {ZERO}",
    ]
    assert notes == []
    found, notes = judge(replace(toy, silence="step"), {}, PRINTED, [])
    assert [line.partition("[")[2] for line in found] == [
        "affine_parameters, affine_forward: 5 points]",
        "affine_forward: 3 points]",
    ]
    found, notes = judge(replace(toy, silence="warn"), {}, PRINTED, [])
    assert (found, len(notes)) == ([], 2)
    assert "costs nothing" in notes[0]


def test_where_code_must_run_a_crash_costs_everything(release: Path) -> None:
    crash = Tryout(crashes={MODULE: ("ValueError: no", 0)})
    found, _ = judge(replace(load(release), must_run="zero"), {}, crash, [])
    assert found == [f"{MODULE} cannot be imported: ValueError: no [this would score 0 in the programming part]"]


def test_a_time_limit_without_a_long_call_is_a_note(tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    tryout.write_whole(out, json.dumps({"done": False, "printed": [["a", "b", "c"]]}))
    (tmp_path / "report.json.now").write_text("lstm_forward\nLSTM.forward", encoding="utf-8")
    found = tryout._read(out, tmp_path / "log.txt", False, 5.0, 120.0)
    assert found.problem == "the public tests did not end within 120 seconds; last in lstm_forward"
    assert (found.stuck, found.printed) == (("", ""), (("a", "b", "c"),))
