"""Solutions and hidden tests that would reach students some other way than by a solution cell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from toy_course import HIDDEN_TEST, NOTEBOOK, PUBLIC_TEST, SOLUTION, add_cell, built, declare, put, refusal, toy_course

from autograder.authoring import archive, leaks
from autograder.authoring.course import Course
from autograder.authoring.release import release_entries


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return toy_course(tmp_path)


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
    path.write_text(PUBLIC_TEST + HIDDEN_TEST, encoding="utf-8")
    assert built(course)["tests/test_affine.py"] == (PUBLIC_TEST + HIDDEN_TEST).encode()
