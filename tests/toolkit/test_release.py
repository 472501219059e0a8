"""The student release, its zip, the Gradescope zip and the answer key, built from the toy course."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring import answer_key, archive, bundle, leaks, markers, notebooks
from autograder.authoring.assignment import AssignmentError, load
from autograder.authoring.cells import read_notebook
from autograder.authoring.course import Course
from autograder.authoring.release import build_release, release_entries, student_zip
from autograder.authoring.shipping import ReleaseError

ROOT = Path(__file__).resolve().parents[2]
TOY = Path(__file__).parent / "toy"
NOTEBOOK = "toy.ipynb"
SOLUTION = "projected = torch.matmul(x, self.weight)"
PUBLIC_TEST = '"""What students may read."""\n\n\ndef test_rows_are_mapped_one_by_one():\n    assert True\n'
HIDDEN_TEST = (
    '"""For the grader."""\n\n\ndef test_secret():\n    expected = [11.25, 22.5, 38.75, 49.125]\n    assert expected\n'
)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """The toy course with tests of our own, so that these tests depend on the build only."""
    shutil.copytree(TOY / "source", tmp_path / "source", ignore=shutil.ignore_patterns("models", ".*"))
    toy = Course(tmp_path)
    for kind, name, text in (("public", "test_affine.py", PUBLIC_TEST), ("hidden", "test_secrets.py", HIDDEN_TEST)):
        toy.tests(kind, "toy").mkdir(parents=True)
        (toy.tests(kind, "toy") / name).write_text(text, encoding="utf-8")
    return toy


def edit(course: Course, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the JSON of the toy notebook."""
    path = course.source("toy") / NOTEBOOK
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")


def replace_text(course: Course, old: str, new: str) -> None:
    path = course.source("toy") / NOTEBOOK
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def add_cell(course: Course, kind: str, source: str, **fields: Any) -> None:
    code = {"execution_count": None, "outputs": []} if kind == "code" else {}
    entry = {"cell_type": kind, "id": f"added-{len(source)}", "metadata": {}, "source": source} | code | fields
    edit(course, lambda document: document["cells"].append(entry))


def written(grade_id: str, **kind: Any) -> dict[str, Any]:
    """Metadata of a cell that a person grades."""
    base = {"grade": True, "grade_id": grade_id, "locked": False, "points": 2, "schema_version": 3}
    return {"nbgrader": base | {"solution": True, "task": False, "cell_type": "markdown"} | kind}


def declare(course: Course, *patterns: str) -> None:
    with (course.source("toy") / "assignment.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[release]\nfiles = {json.dumps(patterns)}\n")


def put(course: Course, name: str, text: str) -> None:
    path = course.source("toy") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def refusal(course: Course) -> str:
    with pytest.raises(AssignmentError) as caught:
        build_release(course, "toy")
    assert not list(course.root.glob("release/.*")), "the build left its workshop behind"
    return str(caught.value)


def built(course: Course) -> dict[str, bytes]:
    build_release(course, "toy")
    return archive.read_folder(course.release("toy"))


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


# What is refused


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


@pytest.mark.parametrize("place", ["declared", "public test", "data"])
def test_a_solution_elsewhere_is_a_leak(course: Course, place: str) -> None:
    before = built(course)
    if place == "declared":
        put(course, "helper.py", f"def f(x, self):\n    {SOLUTION}\n    return projected\n")
        declare(course, "*.py")
    elif place == "public test":
        (course.tests("public", "toy") / "test_more.py").write_text(f"{SOLUTION}\n", encoding="utf-8")
    else:
        put(course, "data/cells.json", json.dumps({"cell": [f"{SOLUTION}\n"]}))
        declare(course, "data/*.json")
    message = refusal(course)
    assert "shows a line of a solution (toy.ipynb, cell 4 (Affine))" in message
    assert "\n" not in message
    assert archive.read_folder(course.release("toy")) == before


@pytest.mark.parametrize("place", ["output", "metadata", "attachment name", "source"])
def test_the_scan_looks_into_every_part_of_a_notebook(course: Course, place: str) -> None:
    assignment = course.load("toy")
    files = release_entries(course, assignment)
    secret = leaks.secrets(course, assignment)
    assert leaks.scan(files, secret, assignment) == []
    document = json.loads(files[NOTEBOOK])
    if place == "output":
        document["cells"][3]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["x\n", SOLUTION]}]
    elif place == "metadata":
        document["metadata"]["widgets"] = {"state": {"value": f"\t{SOLUTION}"}}
    elif place == "attachment name":
        document["cells"][0]["attachments"] = {SOLUTION: {}}
    else:
        document["cells"][1]["source"] = ["x = 1\n", f"    {SOLUTION}"]
    problems = leaks.scan(files | {NOTEBOOK: json.dumps(document).encode()}, secret, assignment)
    assert [problem.split(" (")[0] for problem in problems] == ["toy.ipynb: shows a line of a solution"]


@pytest.mark.parametrize("name", ["assignment.toml", "tests/hidden/test_x.py", "models/affine.py", ".env", "a.py~"])
def test_the_scan_refuses_files_by_name(course: Course, name: str) -> None:
    assignment = course.load("toy")
    assert leaks.scan({name: b""}, leaks.secrets(course, assignment), assignment)


def test_a_line_that_a_given_cell_shows_is_no_leak(course: Course) -> None:
    add_cell(course, "markdown", f"In PyTorch: `{SOLUTION}`.")
    put(course, "helper.py", f"def f(x, self):\n    {SOLUTION}\n    return projected\n")
    declare(course, "helper.py")
    assert "helper.py" in built(course)


def test_a_hidden_test_in_a_notebook_is_a_leak(course: Course) -> None:
    add_cell(course, "code", "expected = [11.25, 22.5, 38.75, 49.125]")
    assert "toy.ipynb: shows a line of a hidden test (hidden/test_secrets.py)" in refusal(course)


def test_a_hidden_test_by_name_is_a_leak(course: Course) -> None:
    put(course, "test_secrets.py", "x = 1\n")
    declare(course, "test_secrets.py")
    assert "test_secrets.py: this file is for instructors only" in refusal(course)


def test_a_line_of_public_and_hidden_tests_is_no_leak(course: Course) -> None:
    path = course.tests("public", "toy") / "test_affine.py"
    path.write_text(HIDDEN_TEST, encoding="utf-8")
    assert built(course)["tests/test_affine.py"] == HIDDEN_TEST.encode()


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


# The Gradescope zip


def test_the_bundle_is_a_course_without_solutions(course: Course, tmp_path: Path) -> None:
    put(course, "helper.py", "x = 1\n")
    put(course, "figures/a.svg", "<svg/>")
    put(course, "models/affine.py", SOLUTION)
    declare(course, "*.py", "figures/*.svg")
    path = bundle.build_bundle(course, "toy", seed="00ff")
    assert path.stat().st_size < 5_000_000
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path / "unpacked")
        names = packed.namelist()
        modes = {info.filename: info.external_attr >> 16 for info in packed.infolist()}
    assert (modes["run_autograder"], modes["setup.sh"], modes["requirements.txt"]) == (0o100755, 0o100755, 0o100644)
    assert Course(tmp_path / "unpacked").load("toy") == course.load("toy")
    own = sorted(name for name in names if not name.startswith("autograder/"))
    assert own == [
        "gradebook/seed.txt",
        "requirements.txt",
        "run_autograder",
        "setup.sh",
        "source/toy/assignment.toml",
        "source/toy/helper.py",
        "source/toy/toy.ipynb",
        "tests/exercises/hidden/toy/test_secrets.py",
        "tests/exercises/public/toy/test_affine.py",
    ]
    assert SOLUTION not in (tmp_path / "unpacked/source/toy/toy.ipynb").read_text(encoding="utf-8")
    assert not any("__pycache__" in name for name in names)
    first = path.read_bytes()
    assert bundle.build_bundle(course, "toy", seed="00ff").read_bytes() == first


def test_the_scripts_of_the_bundle_are_shell(course: Course, tmp_path: Path) -> None:
    entries = bundle.bundle_entries(course, course.load("toy"))
    for name in ("run_autograder", "setup.sh"):
        (tmp_path / name).write_bytes(entries[name])
        subprocess.run(["bash", "-n", tmp_path / name], check=True)
    assert "gradebook/seed.txt" not in entries


def test_a_bundle_that_is_too_large_names_the_file(course: Course) -> None:
    (course.tests("hidden", "toy") / "noise.bin").write_bytes(os.urandom(5_100_000))
    with pytest.raises(ReleaseError, match=r"its largest file is tests/exercises/hidden/toy/noise\.bin"):
        bundle.build_bundle(course, "toy")
    assert not bundle.bundle_zip(course, "toy").exists()


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
