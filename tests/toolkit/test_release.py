"""The student release and its zip: what they hold, and that a build repeats."""

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
from toy_course import NOTEBOOK, ROOT, SOLUTION, TOY, add_cell, built, declare, edit, put, toy_course, written

from autograder.authoring import archive, markers, notebooks
from autograder.authoring.assignment import load
from autograder.authoring.cells import read_notebook
from autograder.authoring.course import Course
from autograder.authoring.release import build_release, release_entries, student_zip


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return toy_course(tmp_path)


# What is built


def test_students_get_notebooks_tests_package_and_papers(course: Course) -> None:
    files = built(course)
    own = {name for name in files if not name.startswith("autograder/")}
    assert own == {
        NOTEBOOK,
        "tests/test_affine.py",
        "assignment.json",
        "collect_submission.py",
        "requirements.txt",
        "environment.yml",
        "README.md",
    }
    assert {"autograder/__init__.py", "autograder/student/check.py", "autograder/student/collect.py"} <= set(files)
    assert not any(name.startswith(("autograder/classroom/", "autograder/__main__")) for name in files)
    assert b"| **5** |" in files["README.md"]
    assert b"48 hours" in files["README.md"]


def test_the_notebook_has_stubs_and_nbgraders_checksums_and_nothing_else(course: Course) -> None:
    build_release(course, "toy")
    document = json.loads((course.release("toy") / NOTEBOOK).read_text(encoding="utf-8"))
    text = "".join(document["cells"][3]["source"])
    assert 'raise NotImplementedError("affine_forward: compute x · W + b")' in text
    assert "        pass\n" in text
    assert "SOLUTION" not in text
    assert all("checksum" in cell["metadata"]["nbgrader"] for cell in document["cells"][3:6])
    assert [cell["id"] for cell in document["cells"]][:2] == ["title", "imports"]
    assert document["metadata"] == {"kernelspec": notebooks.KERNEL, "language_info": {"name": "python"}}


def test_a_released_folder_is_the_same_assignment(course: Course) -> None:
    build_release(course, "toy")
    assert load(course.release("toy")) == course.load("toy")


def test_the_students_zip_is_the_release_in_one_folder(course: Course) -> None:
    files = built(course)
    with zipfile.ZipFile(student_zip(course, "toy")) as packed:
        assert {info.filename: packed.read(info) for info in packed.infolist()} == archive.below("toy", files)
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert [info.filename for info in packed.infolist()] == sorted(f"toy/{name}" for name in files)


def test_a_second_build_is_byte_identical(course: Course) -> None:
    first = built(course), student_zip(course, "toy").read_bytes()
    os.utime(course.source("toy") / NOTEBOOK, (1, 1))
    assert (built(course), student_zip(course, "toy").read_bytes()) == first


def test_what_is_gone_from_the_source_is_gone_from_the_release(course: Course) -> None:
    build_release(course, "toy")
    (course.release("toy") / "old.txt").write_text("from an earlier build", encoding="utf-8")
    assert "old.txt" not in built(course)


def test_the_students_package_stands_alone(course: Course) -> None:
    build_release(course, "toy")
    program = (
        "import sys, autograder; assert autograder.__file__.startswith(sys.argv[1]), autograder.__file__; "
        "from autograder.student import collect; assert 'torch' not in sys.modules; "
        "from autograder import check; assert callable(check)"
    )
    folder = course.release("toy").resolve()
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("url", ["", 'https://example.org/a "b"/toy-student.zip'])
def test_released_notebooks_know_where_the_students_zip_is(course: Course, url: str) -> None:
    settings = course.source("toy") / "assignment.toml"
    settings.write_text(f"url = {json.dumps(url)}\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")
    given = 'STUDENT_ZIP = ""  # if you were given one\nNOTE = \'STUDENT_ZIP = ""\'\n'
    add_cell(course, "code", given)
    add_cell(course, "markdown", 'In words:\n\nSTUDENT_ZIP = ""\n')
    build_release(course, "toy")
    *_, code, text = read_notebook(course.release("toy") / NOTEBOOK)
    scope: dict[str, Any] = {}
    exec(code.source, scope)
    assert (scope["STUDENT_ZIP"], scope["NOTE"]) == (url, 'STUDENT_ZIP = ""')
    assert code.source.split("  # ")[1:] == given.split("  # ")[1:]
    assert text.source == 'In words:\n\nSTUDENT_ZIP = ""\n'


# What never ships


def test_a_run_of_the_source_notebook_changes_nothing(course: Course) -> None:
    clean = built(course)

    def run(document: dict[str, Any]) -> None:
        output = {"output_type": "stream", "name": "stdout", "text": [SOLUTION]}
        document["cells"][3] |= {"outputs": [output], "execution_count": 7}
        document["cells"][3]["metadata"]["execution"] = {"iopub.status.busy": "2026-01-01"}
        document["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {"a": SOLUTION}}}
        document["metadata"]["language_info"]["version"] = "3.11.7"

    solved = "".join(json.loads((course.source("toy") / NOTEBOOK).read_text(encoding="utf-8"))["cells"][3]["source"])
    edit(course, run)
    put(course, "models/affine.py", solved)
    put(course, "models/__pycache__/affine.cpython-311.pyc", solved)
    put(course, ".ipynb_checkpoints/toy-checkpoint.ipynb", "{}")
    put(course, "checkpoints/best.pt", "weights")
    put(course, "toy.ipynb~", solved)
    put(course, ".env", "PASSWORD=secret")
    put(course, "notes.txt", "not declared")
    assert built(course) == clean


def test_leftovers_do_not_ship_even_when_a_pattern_matches_them(course: Course) -> None:
    put(course, "models/affine.py", f"def forward(x):\n    {SOLUTION}\n")
    put(course, "data/words.txt", "ein eins\n")
    put(course, "data/.env", "PASSWORD=secret")
    put(course, "data/words.txt~", "old")
    declare(course, "**/*")
    files = built(course)
    assert [name for name in files if name.startswith(("data", "models", "assignment.toml"))] == ["data/words.txt"]


def test_cells_without_ids_build_the_same_every_time(course: Course) -> None:
    def forget(document: dict[str, Any]) -> None:
        for cell in document["cells"]:
            del cell["id"]
        document["nbformat_minor"] = 4

    edit(course, forget)
    assert built(course) == built(course)


def test_a_model_answer_and_its_picture_stay_behind(course: Course) -> None:
    picture = {"answer.png": {"image/png": "iVBORw0KGgo="}, "given.png": {"image/png": "iVBORw0KGgo="}}
    answer = "The gradient vanishes because tanh saturates. ![](attachment:answer.png)"
    scheme = "=== BEGIN MARK SCHEME ===\nOne point for the axes, one for the curve.\n=== END MARK SCHEME ==="
    add_cell(course, "markdown", answer, metadata=written("why"), attachments=picture)
    add_cell(
        course,
        "markdown",
        f"Draw it. ![](attachment:given.png)\n{scheme}",
        metadata=written("plot", grade=False, solution=False, task=True, locked=True),
        attachments=picture,
    )
    build_release(course, "toy")
    *_, why, plot = json.loads((course.release("toy") / NOTEBOOK).read_text(encoding="utf-8"))["cells"]
    assert ("".join(why["source"]), "attachments" in why) == ("YOUR ANSWER HERE", False)
    assert ("".join(plot["source"]).strip(), list(plot["attachments"])) == (
        "Draw it. ![](attachment:given.png)",
        ["given.png"],
    )


# nbgrader on its own, with the course's configuration


def test_nbgrader_with_our_configuration_makes_the_same_notebook(course: Course) -> None:
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config.loader import PyFileConfigLoader

    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    put(course, "models/affine.py", SOLUTION)
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    result = api.generate_assignment("toy")
    assert result["success"], result
    assert (course.gradebook / "gradebook.db").is_file()
    files = archive.read_folder(course.release("toy"))
    assert set(files) == {NOTEBOOK}
    made = [cell.source for cell in read_notebook(course.release("toy") / NOTEBOOK)]
    build_release(course, "toy")
    assert made == [cell.source for cell in read_notebook(course.release("toy") / NOTEBOOK)]


# Notebooks in their clean form


def test_normalising_twice_changes_nothing_more() -> None:
    document = notebooks.parse((TOY / "source/toy" / NOTEBOOK).read_text(encoding="utf-8"), NOTEBOOK)
    once = notebooks.dump(notebooks.normalise(document))
    assert notebooks.dump(notebooks.normalise(json.loads(once))) == once


def test_the_toys_own_notebook_is_in_its_clean_form() -> None:
    path = TOY / "source/toy" / NOTEBOOK
    text = path.read_text(encoding="utf-8")
    assert notebooks.dump(notebooks.normalise(notebooks.parse(text, NOTEBOOK))) == text
    assert [markers.cleared(cell) for cell in read_notebook(path)]


def test_entries_are_made_without_touching_the_course(course: Course) -> None:
    before = archive.read_folder(course.root)
    release_entries(course, course.load("toy"))
    assert archive.read_folder(course.root) == before
