"""Outcomes of tests and what they make of a step: pure functions of plain data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.authoring.assignment import Step

PASSED, FAILED, OPEN, LOST, ERROR = "passed", "failed", "open", "lost", "error"
PARTIAL, BLOCKED = "partial", "blocked"


@dataclass(frozen=True)
class Outcome:
    """What one test found.

    Attributes:
        step: the step that the test belongs to.
        kind: `public` or `hidden`.
        test: the test's own name.
        title: the sentence that a student reads: the first line of the test's docstring.
        hint: one next thing to try: the rest of the docstring.
        weight: relative weight inside the step; 0 for a gate, which earns nothing but must pass.
        status: `passed`, `failed`, `open` (a TODO is left), `lost` (hang, death) or `error` (the grader's fault).
        brief: what is wrong, with nothing in it that a hidden test must keep.
        detail: numbers, shapes, frames; for public tests only.
        said: what student code itself said, an exception's text; for public tests only.
        printed: pairs of (call, text) that student code wrote during the test.
        seconds: how long the test took.
        core: without this test the step is wrong, and earns nothing.
        calls: what the test said to student code and what came back; kept of tests that did not pass.
        compared: the expected and the received tensor (or shape) of a comparison that failed.
    """

    step: str
    kind: str
    test: str
    title: str
    hint: str
    weight: float
    status: str
    brief: str = ""
    detail: str = ""
    printed: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0
    core: bool = False
    said: str = ""
    calls: tuple[Any, ...] = field(default=(), repr=False, compare=False)
    compared: tuple[Any, ...] = field(default=(), repr=False, compare=False)

    @property
    def account(self) -> str:
        """All that there is to say beyond `brief`; for public tests only."""
        return "\n".join(part for part in (self.said, self.detail) if part)


@dataclass(frozen=True)
class Suspicion:
    """A catalogued mistake that a step's answer behaves like: its name, what is wrong, one thing to try."""

    id: str
    sentence: str
    hint: str


@dataclass(frozen=True)
class StepVerdict:
    """A step's score and how it came about.

    Attributes:
        step: the step.
        score: points earned, from 0 to `step.points`.
        status: `passed`, `partial`, `failed`, `open` (left undone), `blocked` (a rule is broken) or `error`
            (the grader's own fault).
        outcomes: the tests that ran.
        reasons: why the step was not judged or lost its points, one sentence each.
        suspicions: catalogued mistakes that the answer behaves like.
    """

    step: Step
    score: float
    status: str
    outcomes: tuple[Outcome, ...] = ()
    reasons: tuple[str, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()

    def earned(self, kind: str) -> tuple[float, float]:
        """Split score and maximum by the kind of test; the parts add up to the whole exactly."""
        weights = {name: sum(o.weight for o in self.outcomes if o.kind == name) for name in ("public", "hidden")}
        total = weights["public"] + weights["hidden"]
        if not total:
            whole = kind == "hidden"
            return (self.score, self.step.points) if whole else (0.0, 0.0)
        public_max = round(self.step.points * weights["public"] / total, 2)
        passed = sum(o.weight for o in self.outcomes if o.kind == "public" and o.status == PASSED)
        share = passed / weights["public"] if weights["public"] else 0.0
        public = min(round(public_max * share, 2), self.score) if self.score else 0.0
        if kind == "public":
            return public, public_max
        return round(self.score - public, 2), round(self.step.points - public_max, 2)


@dataclass(frozen=True)
class Verdict:
    """All that a grading found out about one submission."""

    steps: tuple[StepVerdict, ...]
    printed: tuple[tuple[str, str, str], ...] = ()  # (step or "", call, first line)
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    isolation: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Points in all."""
        return round(sum(step.score for step in self.steps), 2)


def judge_step(step: Step, outcomes: Sequence[Outcome]) -> StepVerdict:
    """Make a step's verdict from its tests.

    A failed gate (weight 0) or core test costs the step: points come only from answers of the right type and
    shape, and with the right values. What a part of the points can be lost for is the rest: dropout, gradients,
    edge cases. The score is the share of the weight that passed; only a step without a failure gets all.
    """
    total = sum(outcome.weight for outcome in outcomes)
    statuses = {outcome.status for outcome in outcomes}
    if not total:
        return StepVerdict(step, 0.0, ERROR, tuple(outcomes), ("The step has no test that earns points.",))
    failed = [outcome for outcome in outcomes if outcome.status != PASSED]
    if not failed:
        return StepVerdict(step, step.points, PASSED, tuple(outcomes))
    if any(outcome.core or outcome.weight == 0 for outcome in failed):
        score = 0.0
    else:
        earned = step.points * sum(o.weight for o in outcomes if o.status == PASSED) / total
        # Rounding down: a failure never reads as full marks.
        score = math.floor(earned * 100 + 1e-9) / 100
    if ERROR in statuses:
        status = ERROR
    elif score > 0:
        status = PARTIAL
    elif {outcome.status for outcome in failed} == {OPEN}:
        status = OPEN
    else:
        status = FAILED
    return StepVerdict(step, score, status, tuple(outcomes))
