"""What a student does with the student zip of the real assignment: run, check, collect, hand in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbconvert.preprocessors import CellExecutionError, ExecutePreprocessor

from autograder.authoring.answer_key import solved_notebooks
from autograder.authoring.course import Course
from autograder.authoring.release import build_release, student_zip
from autograder.judging.grade import Job, grade

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "machine_translation"
NOTEBOOKS = ["1_lstm.ipynb", "2_seq2seq.ipynb", "3_transformer.ipynb", "4_full_transformer.ipynb", "theory.ipynb"]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course folder of its own, with the real sources and tests, and the release built."""
    root = tmp_path_factory.mktemp("course")
    (root / "source").mkdir()
    (root / "source" / ASSIGNMENT).symlink_to(ROOT / "source" / ASSIGNMENT)
    (root / "tests").symlink_to(ROOT / "tests")
    course = Course(root)
    build_release(course, ASSIGNMENT)
    return course


@pytest.fixture
def folder(course: Course, tmp_path: Path) -> Path:
    """The student zip, unpacked."""
    with zipfile.ZipFile(student_zip(course, ASSIGNMENT)) as archive:
        archive.extractall(tmp_path)
    return tmp_path / ASSIGNMENT


def paste(folder: Path, course: Course, names: list[str]) -> None:
    """Fill the module cells of the student's notebooks with the reference."""
    solved = solved_notebooks(course, course.load(ASSIGNMENT))
    for name in names:
        answers = {
            cell["metadata"]["nbgrader"]["grade_id"]: cell["source"]
            for cell in json.loads(solved[name])["cells"]
            if cell["metadata"].get("nbgrader", {}).get("solution")
        }
        document = json.loads((folder / name).read_text())
        for cell in document["cells"]:
            identity = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if identity in answers:
                cell["source"] = answers[identity]
        (folder / name).write_text(json.dumps(document))


def execute(path: Path) -> nbformat.NotebookNode:
    """Run a notebook from top to bottom in its own folder, with nothing of this repository on the path."""
    notebook = nbformat.read(path, as_version=4)
    os.environ["PYTHONPATH"] = str(path.parent)
    try:
        ExecutePreprocessor(timeout=300, kernel_name="python3").preprocess(
            notebook, {"metadata": {"path": str(path.parent)}}
        )
    finally:
        del os.environ["PYTHONPATH"]
    return notebook


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_reference_runs_from_top_to_bottom(course: Course, folder: Path, name: str) -> None:
    paste(folder, course, [name])
    notebook = execute(folder / name)
    checks = [cell for cell in notebook.cells if cell.source.startswith("check(")]
    steps = [step for step in course.load(ASSIGNMENT).steps if step.notebook == name]
    assert len(checks) == len(steps)
    for cell in checks:
        assert {output.name for output in cell.outputs} == {"stdout"}
        text = "".join(output.text for output in cell.outputs)  # a front end may get it in several pieces
        done, of = text.split(" · ")[2].split(" checks")[0].split(" of ")
        assert done == of
        assert "✗" not in text
    noise = [out for cell in notebook.cells for out in cell.get("outputs", []) if out.get("name") == "stderr"]
    assert not noise


@pytest.mark.parametrize(("name", "step"), [("1_lstm.ipynb", "lstm_parameters"), ("2_seq2seq.ipynb", "encoder_rnn")])
def test_in_a_blank_notebook_the_first_check_names_its_step(folder: Path, name: str, step: str) -> None:
    notebook = nbformat.read(folder / name, as_version=4)
    first = next(index for index, cell in enumerate(notebook.cells) if cell.source.startswith("check("))
    # The given cells above may need the answer; a student runs the class and its check.
    kept = [0] + [index for index, cell in enumerate(notebook.cells[: first + 1]) if cell.cell_type == "code"]
    notebook.cells = [
        notebook.cells[index] for index in kept if "nbgrader" in notebook.cells[index].metadata or index < 6
    ]
    nbformat.write(notebook, folder / name)
    with pytest.raises(CellExecutionError) as caught:
        execute(folder / name)
    assert caught.value.ename == "CheckFailed"
    assert step in caught.value.evalue
    assert "\n" not in caught.value.evalue


def test_collecting_makes_a_zip_that_grades_as_the_folder(course: Course, folder: Path, tmp_path: Path) -> None:
    paste(folder, course, NOTEBOOKS)
    done = subprocess.run(
        [sys.executable, "-I", "collect_submission.py"], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    results = grade(
        course,
        ASSIGNMENT,
        [Job(folder / "submission.zip", tmp_path / "zip"), Job(folder, tmp_path / "folder")],
        seed="collect",
    )
    steps = [result["extra_data"]["steps"] for result in results]
    assert steps[0] == steps[1]
    assert [result["score"] for result in results] == [course.load(ASSIGNMENT).points] * 2


def test_collecting_a_blank_folder_asks_first(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "collect_submission.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 1
    assert not (folder / "submission.zip").exists()


# A notebook that is opened alone, as on Colab --------------------------------------------------------------


def first_cell(path: Path) -> str:
    return next(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")


def run_alone(cell: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a cell in a Python that finds the standard library and the current folder only."""
    program = (
        "import sys; sys.path.insert(0, ''); exec(sys.stdin.read()); import autograder; print(autograder.__file__)"
    )
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", program],
        cwd=folder,
        input=cell,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def test_every_exercise_notebook_begins_with_the_same_cell() -> None:
    names = [*NOTEBOOKS, "report.ipynb"]
    cells = {first_cell(ROOT / "source" / ASSIGNMENT / name) for name in names}
    assert len(cells) == 1
    assert 'STUDENT_ZIP = ""' in cells.pop()


def test_a_notebook_alone_says_what_to_do_or_gets_its_files(course: Course, folder: Path, tmp_path: Path) -> None:
    cell = first_cell(folder / NOTEBOOKS[0])
    alone = tmp_path / "alone"
    alone.mkdir()
    done = run_alone(cell, alone)
    assert done.stderr.splitlines()[-1].startswith("Stop: the files of the assignment are not here. Run this notebook")
    assert not list(alone.iterdir())
    (alone / NOTEBOOKS[0]).write_text("my work", encoding="utf-8")
    done = run_alone(cell.replace('""', f'"{student_zip(course, ASSIGNMENT).as_uri()}"', 1), alone)
    assert (done.returncode, done.stderr) == (0, "")
    assert str(Path("autograder", "__init__.py")) in done.stdout
    assert (alone / NOTEBOOKS[0]).read_text(encoding="utf-8") == "my work"
    assert (alone / "collect_submission.py").is_file()
