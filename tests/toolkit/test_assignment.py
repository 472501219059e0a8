"""Reading an assignment: its settings, steps and skeleton, and what is wrong with them in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from toy_work import RIGHT, STUB

from autograder.authoring.assignment import MANIFEST, AssignmentError, Limits, load, unknown_steps
from autograder.authoring.course import Course, find_course, pick_assignment


def settings(course: Course, text: str) -> None:
    (course.source("toy") / "assignment.toml").write_text(text, encoding="utf-8")


def edit_cell(course: Course, cell: str, **change: Any) -> None:
    """Change a cell of the toy notebook: its source, or entries of its nbgrader metadata (None takes one out)."""
    path = course.source("toy") / "toy.ipynb"
    document = json.loads(path.read_text(encoding="utf-8"))
    entry = next(entry for entry in document["cells"] if entry["id"] == cell)
    entry["source"] = change.pop("source", entry["source"])
    for key, value in change.items():
        entry["metadata"]["nbgrader"][key] = value
    path.write_text(json.dumps(document), encoding="utf-8")


def refusal(course: Course) -> str:
    with pytest.raises(AssignmentError) as caught:
        course.load("toy")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_toy_is_read(course: Course) -> None:
    toy = course.load("toy")
    assert [(s.id, s.points, s.module, s.owner, s.notebook) for s in toy.steps] == [
        ("affine_parameters", 2.0, "models/affine.py", "Affine", "toy.ipynb"),
        ("affine_forward", 3.0, "models/affine.py", "Affine", "toy.ipynb"),
    ]
    assert (toy.name, toy.title, toy.points, toy.silence, toy.hidden) == (
        "toy", "A toy: the affine map", 5.0, "zero", "visible",
    )  # fmt: skip
    assert toy.owners() == {"Affine": "models/affine.py"}
    assert toy.modules()["models/affine.py"].rstrip() == STUB.rstrip()
    assert toy.limits == Limits()


def test_the_manifest_is_the_same_assignment(course: Course, tmp_path: Path) -> None:
    toy = course.load("toy")
    (tmp_path / MANIFEST).write_text(toy.to_json(), encoding="utf-8")
    assert load(tmp_path) == toy


def test_a_cleared_notebook_is_the_same_assignment(course: Course) -> None:
    toy = course.load("toy")
    edit_cell(course, "affine-module", source=STUB)
    assert course.load("toy") == toy


def test_steps_by_name(course: Course) -> None:
    toy = course.load("toy")
    assert toy.step("affine_forward").points == 3
    with pytest.raises(KeyError):
        toy.step("affine")
    assert unknown_steps(toy, ["b", "affine_forward", "a", "b"]) == ["a", "b"]


def test_all_settings_are_read(course: Course) -> None:
    settings(
        course,
        'title = "T"\ndue = 2026-12-11T23:59:00-05:00\ngrace_hours = 0\n[silence]\npolicy = "warn"\n'
        '[must_run]\npolicy = "zero"\n[imports]\nallowed = ["math"]\n[forbidden]\n"models/affine.py" = ["torch.mm"]\n'
        '[limits]\ncall_seconds = 1\nmemory_mb = 10\n[results]\nhidden = "hidden"\n[release]\nfiles = ["a"]\n',
    )
    toy = course.load("toy")
    assert (toy.due, toy.grace_hours, toy.silence, toy.must_run) == ("2026-12-11T23:59:00-05:00", 0, "warn", "zero")
    assert (toy.imports, toy.forbidden) == (("math",), {"models/affine.py": ("torch.mm",)})
    assert toy.limits == Limits(1.0, 120.0, 10)
    assert (toy.hidden, toy.files) == ("hidden", ("a",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "assignment.toml: "),
        ('tilte = "x"', "unknown key 'tilte' at the top"),
        ("[limits]\nseconds = 3", "unknown key 'seconds' in [limits]"),
        ("limits = 3", "[limits] must be a table"),
        ('[silence]\npolicy = "loud"', "silence is 'loud'; choose one of zero, step, warn"),
        ('[must_run]\npolicy = "no"', "must_run is 'no'"),
        ('[results]\nhidden = "later"', "hidden is 'later'"),
        ('due = "tomorrow"', "no date and time"),
        ('due = "2026-12-11T23:59:00"', "no time zone"),
        ("[imports]\nallowed = 3", "must be a list of texts"),
        ("[imports]\nallowed = [3]", "must be a list of texts"),
        ('[limits]\ncall_seconds = "fast"', "assignment.toml: "),
        ('[forbidden]\n"models/a.py" = "torch.mm"', "must be a list of texts"),
        ("forbidden = 3", "[forbidden] must be a table"),
        ('[forbidden]\n"models/afine.py" = ["torch.mm"]', "models/afine.py, which no notebook has"),
    ],
)
def test_a_wrong_setting_is_named(course: Course, text: str, words: str) -> None:
    settings(course, text)
    assert words in refusal(course)


@pytest.mark.parametrize("value", [0, -1, None, True, "2"])
def test_points_must_be_a_number_above_zero(course: Course, value: Any) -> None:
    edit_cell(course, "affine-forward-check", points=value)
    assert "toy.ipynb, cell 6 (affine_forward): points must be a number above 0" in refusal(course)


def test_a_step_must_call_its_check(course: Course) -> None:
    edit_cell(course, "affine-forward-check", source='check("affine_froward")')
    assert 'a grade cell calls check("affine_forward")' in refusal(course)


def test_two_cells_of_one_name_are_refused(course: Course) -> None:
    edit_cell(course, "affine-forward-check", grade_id="Affine")
    message = refusal(course)
    assert "toy.ipynb, cell 6 (Affine)" in message
    assert "toy.ipynb, cell 4 (Affine)" in message


def test_a_grade_cell_needs_a_module_above_it(course: Course) -> None:
    edit_cell(course, "affine-module", source=RIGHT.replace("# models/affine.py\n", ""))
    assert "no module cell stands above" in refusal(course)


@pytest.mark.parametrize("change", [{"grade_id": ""}, {"solution": False}])
def test_a_module_cell_must_be_a_solution_cell_with_a_name(course: Course, change: dict[str, Any]) -> None:
    edit_cell(course, "affine-module", **change)
    assert "must be an nbgrader solution cell with a grade_id" in refusal(course)


def test_a_misspelt_marker_is_named(course: Course) -> None:
    edit_cell(course, "affine-module", source=STUB + "\n        ### begin solution\n")
    assert "is not a marker" in refusal(course)


def test_a_cell_that_defines_nothing_is_refused(course: Course) -> None:
    edit_cell(course, "affine-module", source="# models/affine.py\nx = 1\n")
    assert "defines no class or function" in refusal(course)


def test_a_damaged_notebook_or_manifest_is_named(course: Course, tmp_path: Path) -> None:
    (course.source("toy") / "toy.ipynb").write_text("{", encoding="utf-8")
    assert "toy.ipynb is not a notebook" in refusal(course)
    (tmp_path / MANIFEST).write_text('{"name": "x"}', encoding="utf-8")
    with pytest.raises(AssignmentError, match="take a fresh copy of the release"):
        load(tmp_path)


def test_the_course_is_found_from_below_and_one_assignment_needs_no_name(course: Course, tmp_path: Path) -> None:
    assert find_course(course.source("toy")) == course
    assert pick_assignment(course, None).name == "toy"
    other = course.source("other")
    other.mkdir()
    (other / "assignment.toml").write_text("", encoding="utf-8")
    assert course.assignments() == ["other", "toy"]
    with pytest.raises(AssignmentError, match="the course has other, toy"):
        pick_assignment(course, None)
    with pytest.raises(AssignmentError, match=r"no assignment 'toi' .*there: other, toy"):
        pick_assignment(course, "toi")
    with pytest.raises(AssignmentError, match="no course here"):
        find_course(tmp_path)
