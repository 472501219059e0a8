"""Two gradings of a class side by side: whose score would change, in which step, and why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from graded_class import TOY, write_class

from autograder.classroom.comparison import Comparison, ScoreChange, compare, print_comparison, summary
from autograder.classroom.reading import ResultsError, read_student
from autograder.console import console

Step = dict[str, Any]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """What students have now."""
    write_class(tmp_path / "old", TOY, 12)
    return tmp_path / "old"


@pytest.fixture
def new(old: Path) -> Path:
    """The same again, for a test to change."""
    shutil.copytree(old, old.with_name("new"))
    return old.with_name("new")


def change(folder: Path, student: str, act: Callable[[dict[str, Any]], object]) -> None:
    path = folder / student / "results.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    act(content["extra_data"])
    path.write_text(json.dumps(content), encoding="utf-8")


def set_step(folder: Path, student: str, step: str, **values: Any) -> None:
    change(folder, student, lambda extra: extra["steps"][step].update(values))


def only(comparison: Comparison) -> ScoreChange:
    (found,) = comparison.changes
    return found


def test_the_same_results_change_nothing(old: Path, new: Path) -> None:
    found = compare(old, new)
    assert (found.changes, found.same, found.only_old, found.only_new) == ((), 12, (), ())
    assert summary(found) == ["0 of 12 students would change; 12 stay as they are."]


def test_a_step_that_is_lost_is_told_with_its_tests_and_its_mistake(old: Path, new: Path) -> None:
    was: Step = {"score": 8.0, "status": "passed", "failed": [], "suspicions": []}
    now: Step = {
        "score": 0.0,
        "status": "failed",
        "failed": ["hidden/test_attention_values", "public/test_attention_by_hand"],
        "suspicions": ["attention-softmax-batch"],
    }
    set_step(old, "s0001", "attention", **was)
    set_step(new, "s0001", "attention", **now)
    found = only(compare(old, new))
    assert found.student == "s0001"
    assert found.difference == -8
    assert found.old == read_student(old / "s0001").score
    assert found.new == read_student(new / "s0001").score
    (step,) = found.steps
    assert step.reasons == [
        "now fails hidden/test_attention_values, public/test_attention_by_hand",
        "now looks like attention-softmax-batch",
    ]
    back = only(compare(new, old))
    assert back.difference == 8
    assert [reason.split()[:3] for reason in back.steps[0].reasons] == [
        ["no", "longer", "fails"],
        ["no", "longer", "looks"],
    ]


def test_points_that_move_between_steps_are_a_change(old: Path, new: Path) -> None:
    for folder, first, second in ((old, 4.0, 3.0), (new, 3.0, 4.0)):
        set_step(folder, "s0002", "lstm_parameters", score=first, status="partial")
        set_step(folder, "s0002", "lstm_forward", score=second, status="partial")
    found = only(compare(old, new))
    assert found.difference == 0
    assert [step.step for step in found.steps] == ["lstm_parameters", "lstm_forward"]


def test_other_words_for_the_same_points_are_none(old: Path, new: Path) -> None:
    set_step(old, "s0001", "attention", score=0.0, status="failed", failed=["hidden/test_a"])
    set_step(new, "s0001", "attention", score=0.0, status="open", failed=["hidden/test_b"])
    assert compare(old, new).changes == ()


def test_a_changed_maximum_and_a_new_step_are_told(old: Path, new: Path) -> None:
    set_step(old, "s0001", "attention", score=8.0, max=8.0, status="passed", failed=[], suspicions=[])
    set_step(new, "s0001", "attention", score=8.0, max=9.0, status="partial", failed=[], suspicions=[])
    more: Step = {"score": 0.0, "max": 5.0, "status": "failed", "suspicions": [], "failed": []}
    change(new, "s0001", lambda extra: extra["steps"].update(another=more))
    found = only(compare(old, new))
    assert [(step.step, step.reasons) for step in found.steps] == [
        ("attention", ["8 points became 9"]),
        ("another", ["the step is new"]),
    ]


def test_results_of_an_older_grader_do_not_pretend_to_know_the_tests(old: Path, new: Path) -> None:
    set_step(old, "s0001", "attention", score=8.0, status="passed", suspicions=[])
    change(old, "s0001", lambda extra: extra["steps"]["attention"].pop("failed"))
    set_step(new, "s0001", "attention", score=0.0, status="failed", failed=["hidden/test_a"], suspicions=[])
    assert only(compare(old, new)).steps[0].reasons == ["passed became failed"]


def test_failures_of_the_grader_are_no_lost_points(old: Path, new: Path) -> None:
    def fail(extra: dict[str, Any]) -> None:
        extra["fault"] = "the disk is full"
        for step in extra["steps"].values():
            step.update(score=0.0, status="error")

    change(new, "s0001", fail)
    found = only(compare(old, new))
    assert (found.old, found.new, found.steps) == (read_student(old / "s0001").score, None, ())
    assert "the disk is full" in found.fault
    change(old, "s0001", fail)
    assert compare(old, new).changes == ()


def test_students_of_one_grading_only_are_listed(old: Path, new: Path) -> None:
    shutil.rmtree(new / "s0001")
    shutil.copytree(old / "s0002", new / "zoe")
    (new / "s0004/results.json").write_text("{")
    found = compare(old, new)
    assert (found.only_old, found.only_new, found.same) == (("s0001", "s0004"), ("zoe",), 10)
    lines = summary(found)
    assert "Only in the old grading: s0001, s0004." in lines
    assert "Only in the new grading: zoe." in lines


def test_a_folder_without_results_is_refused(old: Path, tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="holds no results of a class"):
        compare(tmp_path / "none", old)


def test_what_is_printed(old: Path, new: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "width", 160)
    was: Step = {"status": "passed", "failed": [], "suspicions": []}
    set_step(old, "s0001", "attention", score=8.0, **was)
    set_step(new, "s0001", "attention", score=2.5, status="partial", failed=["hidden/test_a"], suspicions=[])
    set_step(old, "s0002", "decoder", score=0.0, status="failed", failed=["hidden/test_d"], suspicions=[])
    set_step(new, "s0002", "decoder", score=6.0, **was)
    printed = [{"step": "decoder", "call": "f", "line": "[red]hi[/] \x1b[31m"}]
    change(new, "s0001", lambda extra: extra["silence"].update(printed=printed))
    with console.capture() as captured:
        print_comparison(compare(old, new))
    lines = [" ".join(line.split()) for line in captured.get().splitlines()]
    before, after = (read_student(folder / "s0001").score for folder in (old, new))
    assert lines[0] == "student score step points why"
    assert lines[1] == f"s0001 {before:g} → {after:g} now found to print “[red]hi[/] �[31m”"
    assert lines[2] == "attention 8 → 2.5 now fails hidden/test_a"
    assert lines[3].startswith("s0002 ")
    assert lines[3].endswith("decoder 0 → 6 no longer fails hidden/test_d")
    assert "2 of 12 students would change; 10 stay as they are. Points are lost by 1 and won by 1." in lines
    assert "attention: 1 student" in lines
