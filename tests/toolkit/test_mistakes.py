"""Each catalogued mistake costs the steps that it must cost and no others; right variants get full marks.

A sample is graded here; with AUTOGRADER_ALL_MISTAKES=1 it is all of them.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest

from autograder.authoring.course import Course
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
CHOSEN = MISTAKES if ALL else MISTAKES[::6]
NAMES = sorted(folder.name for folder in VARIANTS.iterdir() if folder.is_dir())
CHOSEN_NAMES = NAMES if ALL else NAMES[::3]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The results of mistakes and variants by name, graded in one session."""
    modules = reference()
    submissions = {f"wrong-{mistake.id}": mistake.made_from(modules) for mistake in CHOSEN}
    submissions |= {f"right-{name}": variant(name, modules) for name in CHOSEN_NAMES}
    return grade_all(submissions, tmp_path_factory.mktemp("catalogue"))


@pytest.mark.parametrize("mistake", CHOSEN, ids=lambda mistake: mistake.id)
def test_a_mistake_costs_its_steps_and_no_others(results: dict[str, dict[str, Any]], mistake: Any) -> None:
    found = results[f"wrong-{mistake.id}"]
    assert steps_below_maximum(found) == set(mistake.costs), mistake.sentence
    assert found["extra_data"]["faults"] == []
    assert found["extra_data"]["silence"]["printed"] == []


@pytest.mark.parametrize("name", CHOSEN_NAMES)
def test_a_right_variant_gets_full_marks(results: dict[str, dict[str, Any]], name: str) -> None:
    found = results[f"right-{name}"]
    assert steps_below_maximum(found) == set()
    assert found["score"] == found["extra_data"]["max_score"]


def test_every_mistake_fits_the_reference() -> None:
    modules = reference()
    for mistake in MISTAKES:
        made = mistake.made_from(modules)
        assert made[mistake.module] != modules[mistake.module], mistake.id
        compile(made[mistake.module], mistake.module, "exec")


def test_every_mistake_has_a_name_of_its_own_and_a_sentence() -> None:
    assert len({mistake.id for mistake in MISTAKES}) == len(MISTAKES)
    for mistake in MISTAKES:
        assert mistake.sentence.endswith("."), mistake.id


def test_every_step_has_mistakes_and_every_cost_is_a_step() -> None:
    costs = Counter(step for mistake in MISTAKES for step in mistake.costs)
    steps = [step.id for step in Course(ROOT).load(ASSIGNMENT).steps]
    assert set(costs) == set(steps)
    assert min(costs.values()) >= 5


def test_no_two_mistakes_are_the_same_and_every_variant_differs() -> None:
    modules = reference()
    made = Counter(tuple(sorted(mistake.made_from(modules).items())) for mistake in MISTAKES)
    assert max(made.values()) == 1
    for name in NAMES:
        assert variant(name, modules).keys() == modules.keys(), name
        assert variant(name, modules) != modules, name
