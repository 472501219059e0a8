"""From what tests found to points: never above the maximum, in full only when nothing failed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.assignment import Step
from autograder.isolation.faults import Frame, StudentError, WorkerLost
from autograder.judging.compare import Mismatch
from autograder.judging.exam import derive_seed
from autograder.judging.raised import explain
from autograder.judging.verdict import (
    ERROR,
    FAILED,
    LOST,
    OPEN,
    PARTIAL,
    PASSED,
    Outcome,
    StepVerdict,
    Verdict,
    judge_step,
)

STATUSES = [PASSED, FAILED, OPEN, LOST, ERROR]
STEP = Step("step", 8.0, "models/a.py", "A", "a.ipynb")
outcome = st.builds(
    lambda kind, weight, status, core: Outcome("step", kind, "test", "Title.", "", weight, status, core=core),
    st.sampled_from(["public", "hidden"]),
    st.one_of(st.just(0.0), st.sampled_from([0.5, 1.0, 2.0, 3.0]), st.floats(0.01, 9)),
    st.sampled_from([PASSED, PASSED, *STATUSES]),
    st.sampled_from([False, False, True]),
)
outcomes = st.lists(outcome, max_size=8)
points = st.integers(1, 2_000).map(lambda cents: cents / 100)


def step(worth: float) -> Step:
    return Step("step", worth, "models/a.py", "A", "a.ipynb")


def found(*entries: tuple[float, str], kind: str = "hidden") -> list[Outcome]:
    return [Outcome("step", kind, "test", "Title.", "", weight, status) for weight, status in entries]


@given(points, outcomes)
def test_a_score_is_between_nothing_and_all_and_all_means_no_failure(worth: float, tests: list[Outcome]) -> None:
    verdict = judge_step(step(worth), tests)
    passed = [test.status == PASSED for test in tests]
    earning = any(test.weight for test in tests)
    assert 0 <= verdict.score <= worth
    assert (verdict.score == worth) == (all(passed) and earning)
    assert (verdict.status == PASSED) == (all(passed) and earning)
    if not any(passed):
        assert verdict.score == 0


@given(points, outcomes)
def test_a_failed_gate_or_core_test_costs_the_step(worth: float, tests: list[Outcome]) -> None:
    core = Outcome("step", "hidden", "test", "Title.", "", 1.0, LOST, core=True)
    for failed in (core, *found((0.0, FAILED))):
        verdict = judge_step(step(worth), [*tests, failed])
        assert verdict.score == 0
        assert verdict.status != PASSED


@given(points, outcomes)
def test_one_more_passed_test_never_costs_points(worth: float, tests: list[Outcome]) -> None:
    repaired = [replace(test, status=PASSED) for test in tests]
    for count in range(len(tests)):
        before = judge_step(step(worth), [*repaired[:count], *tests[count:]])
        after = judge_step(step(worth), [*repaired[: count + 1], *tests[count + 1 :]])
        assert after.score >= before.score


@given(points, outcomes)
def test_the_parts_of_public_and_hidden_tests_add_up(worth: float, tests: list[Outcome]) -> None:
    verdict = judge_step(step(worth), tests)
    public, hidden = verdict.earned("public"), verdict.earned("hidden")
    assert public[0] + hidden[0] == pytest.approx(verdict.score, abs=1e-9)
    assert public[1] + hidden[1] == pytest.approx(worth, abs=1e-9)
    for score, maximum in (public, hidden):
        assert 0 <= score <= maximum + 1e-9


@pytest.mark.parametrize(
    ("entries", "score", "status"),
    [
        ([(1, PASSED), (3, PASSED)], 8.0, PASSED),
        ([(1, PASSED), (3, FAILED)], 2.0, PARTIAL),
        ([(1, PASSED), (2, FAILED)], 2.66, PARTIAL),
        ([(1, FAILED), (2, PASSED)], 5.33, PARTIAL),
        ([(1, OPEN), (0, OPEN)], 0.0, OPEN),
        ([(1, OPEN), (0, PASSED)], 0.0, OPEN),
        ([(1, OPEN), (1, FAILED)], 0.0, FAILED),
        ([(1, LOST)], 0.0, FAILED),
        ([(1, PASSED), (1, ERROR)], 4.0, ERROR),
        ([(1, ERROR)], 0.0, ERROR),
        ([(1e-9, FAILED), (1, PASSED)], 7.99, PARTIAL),
    ],
)
def test_scores_and_statuses(entries: list[tuple[float, str]], score: float, status: str) -> None:
    verdict = judge_step(STEP, found(*entries))
    assert (verdict.score, verdict.status) == (score, status)


@pytest.mark.parametrize("entries", [[], [(0.0, PASSED)]])
def test_a_step_without_a_test_that_earns_is_the_graders_fault(entries: list[tuple[float, str]]) -> None:
    verdict = judge_step(STEP, found(*entries))
    assert (verdict.score, verdict.status) == (0.0, ERROR)
    assert "no test that earns points" in verdict.reasons[0]


def test_points_in_all_are_rounded_to_cents() -> None:
    steps = tuple(StepVerdict(STEP, score, PARTIAL) for score in (0.1, 0.2, 2.66))
    assert Verdict(steps).score == 2.96


# What a test raised -------------------------------------------------------------------------------------


def test_what_a_test_raised_becomes_an_outcome() -> None:
    frames = (Frame("models/a.py", 3, "forward", "x @ y"), Frame("models/a.py", 9, "helper", "1 / 0"))
    assert explain(None) == (PASSED, "", "")
    assert explain(Mismatch("h is wrong", "expected 1")) == (FAILED, "h is wrong", "expected 1")
    assert explain(WorkerLost("A.forward", "timeout", "A.forward did not end"))[:2] == (LOST, "A.forward did not end")
    status, brief, detail = explain(StudentError("A.forward", "ZeroDivisionError", "division by zero", frames))
    assert (status, brief) == (FAILED, "A.forward raised ZeroDivisionError in models/a.py, line 9")
    assert "  models/a.py, line 3, in forward: x @ y\n" in detail
    stub = (Frame("models/a.py", 3, "forward", 'raise NotImplementedError("a: do it")'),)
    assert explain(StudentError("A.forward", "NotImplementedError", "a: do it", stub))[0] == OPEN
    for elsewhere in ((), (Frame("models/a.py", 3, "forward", "return x.half().erfinv()"),)):
        assert explain(StudentError("A.forward", "NotImplementedError", "no kernel", elsewhere))[0] == FAILED
    assert explain(KeyError("x")) == (
        ERROR,
        "The grader itself failed here; this is not your fault.",
        "KeyError: 'x'",
    )


def test_the_name_of_a_students_own_exception_is_not_repeated() -> None:
    brief = explain(StudentError("A.forward", "Expected_11_25", "11.25"))[1]
    assert brief == "A.forward raised an exception"


def test_seeds_differ_by_test_and_by_class_and_repeat() -> None:
    seeds = {derive_seed(seed, name) for seed in ("a", "b") for name in ("x", "y")}
    assert len(seeds) == 4
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert derive_seed("a", "x") in seeds
