"""collect_submission.py, run on a release of the toy assignment as a student has it.

What the public tests find in a process of their own is in test_rehearsal.py; most tests here leave that run out.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.answer_key import solved_notebooks
from autograder.authoring.course import Course
from autograder.authoring.release import build_release
from autograder.student import collect
from autograder.student.tryout import Tryout

TOY = Path(__file__).parent / "toy"
NOTEBOOK, MODULE = "toy.ipynb", "models/affine.py"
FORWARD = "return projected + self.bias"


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = Course(tmp_path_factory.mktemp("course"))
    shutil.copytree(TOY / "source", course.root / "source", ignore=shutil.ignore_patterns("models", ".*"))
    shutil.copytree(
        TOY / "tests/exercises/public", course.tests("public", "toy").parent, ignore=shutil.ignore_patterns("__*")
    )
    build_release(course, "toy")
    return course


@pytest.fixture(autouse=True)
def unrehearsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the run of the public tests, some seconds each; it happens in the tests that start the command."""
    monkeypatch.setattr(collect, "try_out", lambda *_: Tryout())


@pytest.fixture
def untouched(toy: Course, tmp_path: Path) -> Path:
    """A student's folder, fresh from the release."""
    return Path(shutil.copytree(toy.release("toy"), tmp_path / "toy"))


@pytest.fixture
def solved(toy: Course, untouched: Path) -> Path:
    """A student's folder with the right answers in the saved notebook."""
    data = solved_notebooks(toy, toy.load("toy"))[NOTEBOOK]
    (untouched / NOTEBOOK).write_bytes(data)
    return untouched


def module_cell(folder: Path) -> dict[str, Any]:
    document = json.loads((folder / NOTEBOOK).read_text(encoding="utf-8"))
    cell: dict[str, Any] = document["cells"][3]
    return cell


def rewrite(folder: Path, old: str, new: str) -> None:
    """Change the student's module cell."""
    document = json.loads((folder / NOTEBOOK).read_text(encoding="utf-8"))
    text = "".join(document["cells"][3]["source"])
    assert old in text
    document["cells"][3]["source"] = text.replace(old, new)
    (folder / NOTEBOOK).write_text(json.dumps(document), encoding="utf-8")


def packed(folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(folder / "submission.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Sit a student at a terminal who types this."""
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda self: True})())
    monkeypatch.setattr("builtins.input", lambda prompt: text)


def test_the_command_packs_solved_work(solved: Path) -> None:
    done = subprocess.run(
        [sys.executable, solved / "collect_submission.py"],
        cwd=solved.parent,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert set(packed(solved)) == {NOTEBOOK, MODULE}
    assert packed(solved)[MODULE].decode() == (solved / MODULE).read_text(encoding="utf-8")
    assert FORWARD in packed(solved)[MODULE].decode()
    assert "COSTS" not in done.stdout
    assert "toy.ipynb  (saved 20" in done.stdout


def test_the_same_work_gives_the_same_bytes(solved: Path) -> None:
    assert collect.main([], solved) == 0
    first = (solved / "submission.zip").read_bytes()
    os.utime(solved / NOTEBOOK, (1_700_000_000, 1_700_000_000))
    assert collect.main([], solved) == 0
    assert (solved / "submission.zip").read_bytes() == first
    assert sorted(path.name for path in (solved / "models").iterdir()) == ["affine.py"]


def test_untouched_work_is_refused_without_a_terminal(untouched: Path) -> None:
    done = subprocess.run(
        [sys.executable, "collect_submission.py"],
        cwd=untouched,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 1
    assert done.stderr == "No submission.zip made: 1 thing above would cost points; repair, or add --yes\n"
    assert "would score 0" in done.stdout
    assert "affine_parameters is still to do (toy.ipynb, 2 points)" in done.stdout
    assert not (untouched / "submission.zip").exists()
    assert not (untouched / "models").exists()


@pytest.mark.parametrize(("typed", "status"), [("y", 0), ("yes", 0), ("n", 1), ("", 1)])
def test_at_a_terminal_the_student_decides(
    untouched: Path, monkeypatch: pytest.MonkeyPatch, typed: str, status: int
) -> None:
    answer(monkeypatch, typed)
    assert collect.main([], untouched) == status
    assert (untouched / "submission.zip").exists() == (status == 0)


def test_yes_makes_the_zip_all_the_same(untouched: Path) -> None:
    assert collect.main(["--yes"], untouched) == 0
    assert set(packed(untouched)) == {NOTEBOOK, MODULE}


def test_a_wrong_command_line_is_a_usage_error(solved: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        collect.main(["--no-such-thing"], solved)
    assert caught.value.code == 2


def test_half_done_work_passes_with_a_note(solved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rewrite(solved, FORWARD, 'raise NotImplementedError("affine_forward: compute x · W + b")')
    assert collect.main([], solved) == 0
    said = capsys.readouterr().out
    assert "Note: affine_forward is still to do (toy.ipynb, 3 points)" in said
    assert "affine_parameters" not in said


def test_a_constructor_that_is_still_the_released_one_is_open(
    solved: Path, untouched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "".join(module_cell(solved)["source"])
    start, end = text.index("        self.weight ="), text.index("    def forward")
    rewrite(solved, text[start:end], "        pass\n\n")
    assert collect.main([], solved) == 0
    said = capsys.readouterr().out
    assert "affine_parameters is still to do" in said
    assert "affine_forward" not in said


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("import torch\n", "import torch\nimport os\n", "import of os"),
        ("def forward(self, x", "def forward(self, y, x", "signature of Affine.forward was changed"),
        ("class Affine", "class affine", "defines no class Affine"),
        (FORWARD, "return nn.Linear(2, 3)(x)", "torch.nn.Linear must not be used"),
        (FORWARD, "return (projected", "Python cannot read this"),
    ],
)
def test_a_broken_rule_is_told_with_its_place_and_price(
    solved: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, message: str
) -> None:
    rewrite(solved, old, new)
    assert collect.main([], solved) == 1
    said = capsys.readouterr().out
    assert message in said
    assert "[affine_parameters, affine_forward: 5 points]" in said
    assert not (solved / "submission.zip").exists()


def test_a_missing_notebook_is_told_and_its_module_file_counts(
    solved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert collect.main([], solved) == 0
    (solved / NOTEBOOK).unlink()
    assert collect.main([], solved) == 0
    assert "toy.ipynb is not in this folder" in capsys.readouterr().out
    assert set(packed(solved)) == {MODULE}


def test_work_in_a_module_file_counts_where_the_notebook_is_untouched(
    solved: Path, toy: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    assert collect.main([], solved) == 0
    work = (solved / MODULE).read_bytes()
    shutil.copy(toy.release("toy") / NOTEBOOK, solved / NOTEBOOK)
    assert collect.main([], solved) == 0
    assert packed(solved)[MODULE] == work
    assert "still to do" not in capsys.readouterr().out


def test_newer_work_in_a_module_file_is_pointed_out_and_kept(solved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert collect.main([], solved) == 0
    changed = (solved / MODULE).read_text(encoding="utf-8").replace("projected", "mapped")
    (solved / MODULE).write_text(changed, encoding="utf-8")
    os.utime(solved / NOTEBOOK, (1_700_000_000, 1_700_000_000))
    assert collect.main([], solved) == 0
    assert f"{MODULE} is newer than {NOTEBOOK} and differs" in capsys.readouterr().out
    assert (solved / f"{MODULE}.old").read_text(encoding="utf-8") == changed
    assert "projected" in packed(solved)[MODULE].decode()


def test_older_module_files_are_written_anew_without_a_word(solved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert collect.main([], solved) == 0
    rewrite(solved, FORWARD, "return self.bias + projected")
    os.utime(solved / MODULE, (1_700_000_000, 1_700_000_000))
    capsys.readouterr()
    assert collect.main([], solved) == 0
    assert "Note" not in capsys.readouterr().out
    assert "return self.bias + projected" in (solved / MODULE).read_text(encoding="utf-8")
    assert not (solved / f"{MODULE}.old").exists()


def test_a_damaged_notebook_is_told(solved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert collect.main([], solved) == 0  # writes the module's file
    (solved / NOTEBOOK).write_text("{ not json", encoding="utf-8")
    assert collect.main([], solved) == 1
    assert "COSTS POINTS: toy.ipynb cannot be read; open it in JupyterLab" in capsys.readouterr().out


def test_a_damaged_notebook_and_nothing_else_is_refused(solved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (solved / NOTEBOOK).write_text("{ not json", encoding="utf-8")
    assert collect.main([], solved) == 1
    assert capsys.readouterr().err == (
        "no submission.zip made: toy.ipynb is not a notebook: its JSON is damaged at line 1; "
        "put that right and hand it in again\n"
    )


def test_an_empty_folder_has_nothing_to_submit(solved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (solved / NOTEBOOK).unlink()
    assert collect.main([], solved) == 1
    assert "nothing to submit" in capsys.readouterr().err


def test_a_folder_that_is_no_release_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert collect.main([], tmp_path) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_a_large_notebook_is_pointed_out(
    solved: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "LARGE", 1_000)
    assert collect.main([], solved) == 0
    assert "clear outputs that nobody needs" in capsys.readouterr().out


def test_a_notebook_that_the_grader_would_not_open_is_refused(solved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (solved / NOTEBOOK).open("a", encoding="utf-8") as file:
        file.write(" " * (21 << 20))
    assert collect.main(["--yes"], solved) == 1
    assert "toy.ipynb is too large" in capsys.readouterr().err


def test_collecting_does_not_run_the_students_code_in_its_own_process(
    solved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite(solved, "import torch\n", "import torch\nraise SystemExit('ran')\n")
    assert collect.main([], solved) == 0
    monkeypatch.undo()  # now with the run, in which it crashes
    assert collect.main([], solved) == 1
