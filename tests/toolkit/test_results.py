"""results.json: Gradescope's format, no secret of a hidden test, no markup of a student, no half-written file."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import mistune
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.assignment import Assignment, Step
from autograder.judging.feedback import render
from autograder.judging.results import fault_results, to_results, write_json, write_text
from autograder.judging.verdict import (
    BLOCKED,
    ERROR,
    FAILED,
    LOST,
    OPEN,
    PASSED,
    Outcome,
    StepVerdict,
    Verdict,
    judge_step,
)

ONE, TWO = (Step(name, 4.0, "models/a.py", "A", "a.ipynb") for name in ("one", "two"))
TOY = Assignment(name="toy", title="A <toy>", steps=(ONE, TWO))
# Gradescope's fields and types, from its documentation.
TOP = {
    "score": float, "execution_time": float, "output": str, "output_format": str, "test_output_format": str,
    "test_name_format": str, "visibility": str, "stdout_visibility": str, "tests": list, "extra_data": dict,
}  # fmt: skip
TEST = {
    "name": str, "score": float, "max_score": float, "status": str, "number": str, "output": str,
    "output_format": str, "visibility": str, "extra_data": dict,
}  # fmt: skip
VISIBILITIES = {"visible", "hidden", "after_due_date", "after_published"}


def made(
    kind: str, status: str, weight: float = 1.0, detail: str = "SECRET 11.25", title: str = "A title.", **more: Any
) -> Outcome:
    options = {"hint": "Look again.", "brief": "the values of y are wrong", "detail": detail} | more
    return Outcome("one", kind, "test_it", title, weight=weight, status=status, **options)


def results(*outcomes: Outcome, assignment: Assignment = TOY, **verdict: Any) -> dict[str, Any]:
    """Results of a submission whose first step has these outcomes, and whose second is blocked."""
    blocked = StepVerdict(TWO, 0.0, BLOCKED, reasons=("a.ipynb, line 3: the import of os is not allowed here.",))
    return to_results(assignment, Verdict((judge_step(ONE, outcomes), blocked), **verdict), "seed", 1.23456)


def entries(found: dict[str, Any], step: str = "one") -> list[dict[str, Any]]:
    return [test for test in found["tests"] if test["extra_data"]["step"] == step]


SOME = (made("public", PASSED), made("public", FAILED, 3), made("hidden", FAILED, 2), made("hidden", PASSED, 2))


@pytest.mark.parametrize("hidden", sorted(VISIBILITIES))
def test_fields_and_types_are_gradescopes(hidden: str) -> None:
    found = results(*SOME, assignment=replace(TOY, hidden=hidden))
    assert {key: type(value) for key, value in found.items()} == TOP
    for test in found["tests"]:
        assert {key: type(value) for key, value in test.items()} == TEST
        assert test["visibility"] in VISIBILITIES
        assert test["status"] in ("passed", "failed")
        assert 0 <= test["score"] <= test["max_score"]
    assert found["execution_time"] == 1.235
    assert sum(test["score"] for test in found["tests"]) == pytest.approx(found["score"])
    assert sum(test["max_score"] for test in found["tests"]) == pytest.approx(TOY.points)
    json.dumps(found, allow_nan=False)


def test_what_is_kept_for_machines() -> None:
    found = results(*SOME, printed=(("one", "A.forward", "hi\nthere"),), notes=("odd",), isolation={"pid": "on"})
    extra = found["extra_data"]
    assert extra["steps"] == {
        "one": {
            "score": 1.5,
            "max": 4.0,
            "status": "partial",
            "suspicions": [],
            "failed": ["public/test_it", "hidden/test_it"],
        },
        "two": {"score": 0.0, "max": 4.0, "status": "blocked", "suspicions": [], "failed": []},
    }
    assert extra["silence"] == {"policy": "zero", "printed": [{"step": "one", "call": "A.forward", "line": "hi"}]}
    assert (extra["seed"], extra["notes"], extra["isolation"], extra["fault"]) == ("seed", ["odd"], {"pid": "on"}, "")
    assert set(extra["versions"]) == {"autograder", "python", "torch"}


def test_a_failed_test_reads_sentence_reason_numbers_next_thing() -> None:
    (entry,) = entries(results(made("public", FAILED), made("public", PASSED)))
    assert entry["output"].split("\n\n") == [
        "**✗ A title.**", "the values of y are wrong.", "```text\nSECRET 11.25\n```", "*Try:* Look again.",
        "1 of 2 tests passed.",
    ]  # fmt: skip


@pytest.mark.parametrize("status", [FAILED, LOST, OPEN, ERROR])
def test_hidden_tests_never_show_detail(status: str) -> None:
    found = results(made("hidden", status), made("public", PASSED))
    assert "SECRET" not in json.dumps([found["output"], found["tests"]])
    assert "(hidden test)" in entries(found)[0]["output"]
    assert "SECRET" not in render(TOY, found, "me.zip")


def test_an_open_step_and_a_fault_of_the_grader_are_no_failures() -> None:
    (entry,) = entries(results(made("public", OPEN)))
    assert "Still to do." in entry["output"]
    assert "wrong" not in entry["output"]
    found = results(made("public", ERROR, detail="KeyError: 'x'"))
    assert "It is not your fault" in entries(found)[0]["output"]
    assert found["extra_data"]["faults"] == ["test_it: KeyError: 'x'"]
    fault = fault_results(TOY, "the disk is full", "seed")
    assert fault["extra_data"]["fault"] == "the disk is full"
    assert [step["status"] for step in fault["extra_data"]["steps"].values()] == ["error", "error"]
    assert "this is no verdict" in fault["output"]


def test_the_reason_of_a_blocked_step_is_told_at_the_top_and_at_the_step() -> None:
    found = results(made("public", PASSED))
    assert "the import of os is not allowed" in found["output"]
    (entry,) = entries(found, "two")
    assert (entry["status"], entry["score"]) == ("failed", 0.0)
    assert "The step was not run." in entry["output"]


# Hidden results at another time -------------------------------------------------------------------------

LATER = replace(TOY, hidden="after_published")


def test_public_and_hidden_parts_are_split_and_sum_exactly() -> None:
    public, hidden = entries(results(*SOME, assignment=LATER))
    assert (public["visibility"], hidden["visibility"]) == ("visible", "after_published")
    assert (public["score"], public["max_score"]) == (0.5, 2.0)
    assert (hidden["score"], hidden["max_score"]) == (1.0, 2.0)
    assert "hidden test" not in public["output"]
    assert (public["number"], hidden["number"]) == ("1.1", "1.2")


def test_a_part_that_passed_reads_passed() -> None:
    gate = made("public", PASSED, 0)
    public, hidden = entries(results(gate, made("hidden", PASSED), assignment=LATER))
    assert (public["status"], hidden["status"], public["max_score"]) == ("passed", "passed", 0.0)
    public, hidden = entries(results(made("public", PASSED), made("hidden", FAILED), assignment=LATER))
    assert (public["status"], hidden["status"]) == ("passed", "failed")


def test_a_step_with_hidden_tests_only_is_not_shown_early() -> None:
    (entry,) = entries(results(made("hidden", FAILED), assignment=LATER))
    assert entry["visibility"] == "after_published"
    (entry,) = entries(results(made("public", FAILED), assignment=LATER))
    assert entry["visibility"] == "visible"


# Text of students ---------------------------------------------------------------------------------------


@given(st.text(max_size=60))
def test_no_text_becomes_markup(text: str) -> None:
    found = results(made("public", FAILED, title="T", hint=text, brief=text, detail=""), notes=(text,))
    for source in (found["output"], entries(found)[0]["output"]):
        html = mistune.create_markdown(escape=True)(source)
        for tag in ("<a ", "<img", "<script", "<code", "<h1", "<table"):
            assert tag not in html


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://x)", "`x`", "# x", "**x**", "a|b\n-|-"],
)
def test_hostile_text_stays_text_on_the_page(text: str) -> None:
    found = results(made("public", FAILED, brief=text, detail=text + "\n```\n" + text), notes=(text,))
    page = render(TOY, found, text)
    for tag in ("<script>alert", '<a href="j', '<a href="h', "<img", "<strong>x", "<h1>x", "<table><thead"):
        assert tag not in page
    assert "A &lt;toy&gt;" in page


def test_signs_of_html_read_as_they_were_meant() -> None:
    found = results(made("public", FAILED, title="No <pad> counts", brief='a & b is "&lt;"'), notes=("<eos>",))
    page = render(TOY, found, "me.zip")
    assert "No &lt;pad&gt; counts" in page
    assert "Note: &lt;eos&gt;" in page
    assert "a &amp; b is &quot;&amp;lt;&quot;" in page


def test_what_several_tests_met_is_told_once() -> None:
    crash = {"brief": "A.forward raised KeyError", "detail": "KeyError: 'x'"}
    found = results(*(made("public", FAILED, **crash) for _ in range(2)), made("public", FAILED))
    parts = entries(found)[0]["output"].split("\n\n")
    assert [part for part in parts if part.startswith(("```", "A.forward"))] == [
        "A.forward raised KeyError.", "```text\nKeyError: 'x'\n```", "A.forward raised KeyError, as above.",
        "```text\nSECRET 11.25\n```",
    ]  # fmt: skip


# Files --------------------------------------------------------------------------------------------------


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "new/results.json"
    write_json(path, {"a": "é\ud800"})
    assert json.loads(path.read_text(encoding="utf-8")) == {"a": "é?"}
    assert path.stat().st_mode & 0o777 == 0o644

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fdopen", fail)
    with pytest.raises(OSError, match="disk full"):
        write_text(path, "other")
    assert json.loads(path.read_text(encoding="utf-8")) == {"a": "é?"}
    assert [entry.name for entry in path.parent.iterdir()] == ["results.json"]
