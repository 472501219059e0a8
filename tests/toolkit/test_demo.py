"""The sample class of `make demo`, through the real loop: each sample gets exactly the score it must get."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import pytest

from autograder.authoring.course import Course
from tests.exercises import demo as demonstration
from tests.exercises.sample_class import SAMPLES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, bool, str]:
    """The demo, run once in a course folder of its own: the folder, its own verdict, and what it printed."""
    root = tmp_path_factory.mktemp("course")
    (root / "source").symlink_to(ROOT / "source")
    (root / "tests").symlink_to(ROOT / "tests")
    course = Course(root)
    with demonstration.console.capture() as captured:
        agree = demonstration.demo(course)
    return course, agree, captured.get()


def scores(course: Course) -> dict[str, dict[str, float]]:
    """Each sample's score by step, as results.json has them."""
    import json

    folder = course.gradebook / "graded" / demonstration.ASSIGNMENT
    return {
        path.parent.name: {
            name: step["score"] for name, step in json.loads(path.read_text())["extra_data"]["steps"].items()
        }
        for path in folder.glob("*/results.json")
    }


def test_each_sample_gets_what_its_fault_deserves(shown: tuple[Course, bool, str]) -> None:
    course, agree, _ = shown
    assignment = course.load(demonstration.ASSIGNMENT)
    assert scores(course) == {sample.name: sample.expected(assignment) for sample in SAMPLES}
    assert agree


def test_the_right_ones_have_all_points(shown: tuple[Course, bool, str]) -> None:
    course, _, _ = shown
    assignment = course.load(demonstration.ASSIGNMENT)
    right = [sum(scores(course)[sample.name].values()) for sample in SAMPLES if sample.name.startswith("right")]
    assert right == [assignment.points] * 3


def test_there_are_enough_different_samples() -> None:
    assert len(SAMPLES) >= 12
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)


def test_the_gradebook_and_the_csv_hold_the_same_scores(shown: tuple[Course, bool, str]) -> None:
    course, _, _ = shown
    expected = {name: sum(steps.values()) for name, steps in scores(course).items()}
    with (course.gradebook / "grades.csv").open(newline="", encoding="utf-8") as file:
        assert {row["student"]: float(row["score"]) for row in csv.DictReader(file)} == pytest.approx(expected)
    query = """
        select student.id, sum(grade.auto_score) from grade
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        join student on student.id = submitted_assignment.student_id group by student.id"""
    with sqlite3.connect(course.gradebook / "gradebook.db") as database:
        assert dict(database.execute(query)) == pytest.approx(expected)


def test_the_paths_that_are_printed_exist(shown: tuple[Course, bool, str]) -> None:
    _course, _, printed = shown
    shown_paths = [line.split(maxsplit=2)[-1] for line in printed.split("Open\n")[1].splitlines() if line.strip()]
    assert len(shown_paths) == 8
    for line in shown_paths:
        assert Path(line.split()[-1]).exists(), line
