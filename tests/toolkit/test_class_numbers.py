"""Numbers about a class: distributions, difficulty and discrimination of steps, mistakes, lateness; damaged results."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from graded_class import TOY, write_class
from report_page import Page, page_of

from autograder.authoring.assignment import Assignment
from autograder.classroom.gradebook.entries import Entries, Entry
from autograder.classroom.reading import ResultsError, StepResult, StudentResult, read_class
from autograder.classroom.report import lateness
from autograder.classroom.statistics import (
    MIN_FOR_DISCRIMINATION,
    discrimination,
    mistake_counts,
    quartiles,
    step_numbers,
    to_bins,
)


def student(name: str, shares: dict[str, float], **more: Any) -> StudentResult:
    """A student with these shares of ten points a step."""
    status = {1.0: "passed", 0.0: "failed"}
    steps = {step: StepResult(10 * share, 10.0, status.get(share, "partial")) for step, share in shares.items()}
    return StudentResult(name, Path(name), steps, **more)


def test_quartiles_of_few_and_of_many() -> None:
    assert quartiles([7.0]).median == 7.0
    middle = quartiles([0, 10, 20, 30, 40])
    assert (middle.low, middle.median, middle.high) == (10, 20, 30)


def test_bars_hold_everybody_and_the_last_one_full_marks() -> None:
    values = [0, 4.99, 9.999, 10, 55, 109.99, 110]
    bins = to_bins([(value, student(str(value), {})) for value in values], 110, 12)
    assert [entry.low for entry in bins] == list(range(0, 110, 10))
    assert [len(entry.students) for entry in bins] == [3, 1, 0, 0, 0, 1, 0, 0, 0, 0, 2]


@pytest.mark.parametrize("top", [0.003, 0.9, 1, 7, 99, 100, 101, 12345])
def test_bars_are_round_and_few(top: float) -> None:
    bins = to_bins([(top, student("a", {})), (0, student("b", {}))], top, 12)
    assert 2 <= len(bins) <= 12
    assert bins[-1].high >= top
    assert re.fullmatch(r"[125]0*|0\.0*[125]", f"{bins[0].high:.9f}".rstrip("0").rstrip("."))
    assert sum(len(entry.students) for entry in bins) == 2


def test_difficulty_and_success_of_a_step() -> None:
    shares = [1.0, 1.0, 0.5, 0.0]
    (numbers,) = step_numbers([student(str(n), {"one": share}) for n, share in enumerate(shares)], ["one"])
    assert (numbers.judged, numbers.success, numbers.mean, numbers.difficulty) == (4, 0.5, 6.25, 0.375)
    assert numbers.discrimination is None, "four students are too few"
    assert {status: len(group) for status, group in numbers.groups.items()} == {"passed": 2, "partial": 1, "failed": 1}


def test_discrimination_tells_steps_that_go_with_the_rest_from_those_that_do_not() -> None:
    rng = random.Random(1)
    able = [rng.random() < 0.5 for _ in range(200)]
    steps = {
        **{f"with {n}": [float(good) for good in able] for n in range(4)},
        "chance": [float(rng.random() < 0.5) for _ in able],
        "against": [float(not good) for good in able],
    }
    students = [student(str(n), {name: shares[n] for name, shares in steps.items()}) for n in range(200)]
    found = {numbers.id: numbers.discrimination or 0.0 for numbers in step_numbers(students, list(steps))}
    assert all(found[f"with {n}"] > 0.8 for n in range(4))
    assert abs(found["chance"]) < 0.2
    assert found["against"] < -0.8


@pytest.mark.parametrize(
    ("items", "rests"),
    [
        ([], []),
        ([0.0, 1.0] * (MIN_FOR_DISCRIMINATION // 2 - 1), [0.0, 1.0] * (MIN_FOR_DISCRIMINATION // 2 - 1)),
        ([1.0] * 50, [0.0, 1.0] * 25),
        ([0.0, 1.0] * 25, [0.5] * 50),
    ],
)
def test_no_discrimination_where_nothing_differs(items: list[float], rests: list[float]) -> None:
    assert discrimination(items, rests) is None


def test_points_lost_by_printing_or_by_the_grader_say_nothing_about_a_step() -> None:
    good = student("good", {"one": 1.0, "two": 1.0})
    loud = student("loud", {"one": 0.0, "two": 0.0}, silence="zero", printed=({"step": "one"},))
    lost = StudentResult("lost", Path("lost"), {"one": StepResult(0, 10, "error"), "two": StepResult(10, 10, "passed")})
    one, two = step_numbers([good, loud, lost], ["one", "two"])
    assert (one.judged, one.success, two.judged, two.success) == (1, 1.0, 2, 1.0)
    assert {status: len(group) for status, group in one.groups.items()} == {"passed": 1, "silenced": 1, "error": 1}


def test_a_mistake_counts_once_a_student_with_all_steps_that_it_costs() -> None:
    def made(name: str, **suspicions: tuple[str, ...]) -> StudentResult:
        steps = {step: StepResult(0, 10, "failed", ids) for step, ids in suspicions.items()}
        return StudentResult(name, Path(name), steps)

    students = [made("a", one=("x",), two=("x",)), made("b", two=("x",)), made("c", one=("y", "z")), made("d", one=())]
    first, second = mistake_counts(students, ["one", "two"])
    assert (first.ids, first.steps, [entry.student for entry in first.students]) == (("x",), ("one", "two"), ["a", "b"])
    assert (second.ids, len(second.students)) == (("y", "z"), 1)


def test_late_is_what_is_after_grace_and_extension() -> None:
    from datetime import datetime, timedelta

    due = datetime.fromisoformat("2026-12-11T23:59:00-05:00")
    assignment = Assignment("toy", "Toy", due=due.isoformat(), grace_hours=48)
    entries = {
        "in time": Entry(due - timedelta(hours=1)),
        "in grace": Entry(due + timedelta(hours=47)),
        "late": Entry(due + timedelta(hours=49)),
        "extended": Entry(due + timedelta(hours=49), timedelta(hours=2)),
        "unknown": Entry(),
    }
    found = lateness(assignment, Entries(entries))
    assert found == {"in time": 0, "in grace": 0, "late": 49 * 3600, "extended": 0}
    assert lateness(assignment, Entries()) is None


# Reading


def test_damaged_results_stop_nobody_and_are_told(tmp_path: Path) -> None:
    made = tmp_path / "graded"
    write_class(made, TOY, 5)
    good = json.loads((made / "s0001/results.json").read_text())
    wrong: dict[str, Any] = {"not_yet": None, "cut": '{"score": 1', "list": "[]", "deep": "[" * 100_000}
    for name, score in {"huge": 1e6, "nan": float("nan"), "text": "many"}.items():
        changed = json.loads(json.dumps(good))
        changed["extra_data"]["steps"]["attention"]["score"] = score
        wrong[name] = json.dumps(changed)
    other = json.loads(json.dumps(good))
    other["extra_data"]["assignment"] = "another"
    wrong["other"] = json.dumps(other)
    for name, text in wrong.items():
        (made / name).mkdir()
        if text is not None:
            (made / name / "results.json").write_text(text)
    found = read_class(made, "toy")
    assert len(found.students) == 5
    assert {entry.student for entry in found.missing} == set(wrong)
    shown = Page(page_of(made)).text
    assert "not_yet: no results.json; not graded yet" in shown
    assert "other: results.json is of the assignment 'another', not of 'toy'" in shown
    assert f"{len(wrong)} without a result" in shown


def test_a_folder_without_results_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="holds no results of a class; grade one first: autograder class FOLDER"):
        read_class(tmp_path / "none")
    (tmp_path / "ann").mkdir()
    with pytest.raises(ResultsError, match="holds no results of a class: ann: no results"):
        read_class(tmp_path)
