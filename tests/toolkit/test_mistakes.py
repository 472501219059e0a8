"""Each catalogued mistake costs the steps that it must cost and no others, and is named; right variants get full marks.

The matrix runs every mistake through all tests in forks of this process. The real grader takes every variant and a
sample of the mistakes; with AUTOGRADER_ALL_MISTAKES=1 it takes all of them.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest

from autograder.authoring.course import Course
from autograder.judging.catalogue import load_failures
from autograder.judging.matrix import Row, failures, failures_file, make_matrix
from tests.exercises.mistakes.grading import (
    ASSIGNMENT,
    MISTAKES,
    ROOT,
    VARIANTS,
    grade_all,
    reference,
    steps_below_maximum,
    variant,
)

ALL = os.environ.get("AUTOGRADER_ALL_MISTAKES") == "1"
# Now and then chance lets one of these pass a test that it fails mostly.
DRAWN = ("loop-sample", "generate-sample", "encoder-dropout-always", "decoder-dropout-always", "lstm-random-start")
CHOSEN = MISTAKES if ALL else [m for n, m in enumerate(MISTAKES) if n % 12 == 0 or m.id in DRAWN]
NAMES = sorted(folder.name for folder in VARIANTS.iterdir() if folder.is_dir())


@pytest.fixture(scope="module")
def matrix() -> list[Row]:
    """What every mistake came to."""
    return make_matrix(Course(ROOT), ASSIGNMENT, os.cpu_count() or 1)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The results of mistakes and variants by name, graded in one session."""
    modules = reference()
    submissions = {f"wrong-{mistake.id}": mistake.made_from(modules) for mistake in CHOSEN}
    submissions |= {f"right-{name}": variant(name, modules) for name in NAMES}
    return grade_all(submissions, tmp_path_factory.mktemp("catalogue"))


def test_every_mistake_is_caught_costs_its_steps_alone_and_is_named(matrix: list[Row]) -> None:
    assert [row.mistake.id for row in matrix] == [mistake.id for mistake in MISTAKES]
    assert {row.mistake.id: row.problem for row in matrix if row.problem} == {}


def test_the_kept_failures_are_those_of_today(matrix: list[Row]) -> None:
    kept = load_failures(failures_file(Course(ROOT), ASSIGNMENT).parent)
    assert failures(matrix) == failures_file(Course(ROOT), ASSIGNMENT).read_text("utf-8"), "run make mistakes"
    assert kept.keys() == {mistake.id for mistake in MISTAKES}


@pytest.mark.parametrize("mistake", CHOSEN, ids=lambda mistake: mistake.id)
def test_the_grader_finds_the_same(results: dict[str, dict[str, Any]], mistake: Any) -> None:
    found = results[f"wrong-{mistake.id}"]
    assert steps_below_maximum(found) == set(mistake.costs), mistake.sentence
    for step in mistake.costs:
        assert mistake.id in found["extra_data"]["steps"][step]["suspicions"], step
    assert found["extra_data"]["faults"] == []
    assert found["extra_data"]["silence"]["printed"] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_right_variant_gets_full_marks_and_no_suspicion(results: dict[str, dict[str, Any]], name: str) -> None:
    found = results[f"right-{name}"]
    assert steps_below_maximum(found) == set()
    assert found["score"] == found["extra_data"]["max_score"]
    assert [step["suspicions"] for step in found["extra_data"]["steps"].values() if step["suspicions"]] == []


def test_every_mistake_fits_the_reference() -> None:
    modules = reference()
    for mistake in MISTAKES:
        made = mistake.made_from(modules)
        assert made[mistake.module] != modules[mistake.module], mistake.id
        compile(made[mistake.module], mistake.module, "exec")


def test_every_mistake_has_a_name_of_its_own_a_sentence_and_a_hint() -> None:
    assert len({mistake.id for mistake in MISTAKES}) == len(MISTAKES)
    for mistake in MISTAKES:
        assert mistake.sentence.endswith("."), mistake.id
        assert mistake.hint.endswith((".", "?")), mistake.id


def test_every_step_has_mistakes_and_every_cost_is_a_step() -> None:
    costs = Counter(step for mistake in MISTAKES for step in mistake.costs)
    steps = [step.id for step in Course(ROOT).load(ASSIGNMENT).steps]
    assert set(costs) == set(steps)
    assert min(costs.values()) >= 10


def test_no_two_mistakes_are_the_same_and_every_variant_differs() -> None:
    modules = reference()
    made = Counter(tuple(sorted(mistake.made_from(modules).items())) for mistake in MISTAKES)
    assert max(made.values()) == 1
    for name in NAMES:
        assert variant(name, modules).keys() == modules.keys(), name
        assert variant(name, modules) != modules, name
