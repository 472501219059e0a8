"""Makes the results of a class without grading anything: plausible, of any size, the same for the same seed."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.authoring.assignment import Assignment, Step
from autograder.judging.catalogue import load_catalogue
from autograder.judging.results import to_results, write_json
from autograder.judging.verdict import (
    BLOCKED,
    FAILED,
    OPEN,
    PASSED,
    Outcome,
    StepVerdict,
    Suspicion,
    Verdict,
    judge_step,
)

ROOT = Path(__file__).resolve().parents[2]
STEPS = ("lstm_parameters", "lstm_forward", "encoder_rnn", "attention", "decoder", "seq2seq", "transformer_attention")
TOY = Assignment(
    name="toy",
    title="A toy <assignment> & more",
    steps=tuple(
        Step(name, points, "models/a.py", "A", "1.ipynb")
        for name, points in zip(STEPS, (4, 8, 5, 8, 6, 8, 10), strict=True)
    ),
)
Change = Callable[[dict[str, Any]], object]


def outcome(step: str, name: str, status: str, kind: str = "hidden", **more: Any) -> Outcome:
    brief = "the values of the result are wrong" if status == FAILED else ""
    title = f"{name} of {step} behaves as the text says."
    return Outcome(step, kind, f"test_{step}_{name}", title, "Look at it again.", 1.0, status, brief, **more)


def judged(step: Step, status: str, rng: random.Random, named: dict[str, list[Any]]) -> StepVerdict:
    """A step that ended in this way, with tests to match."""
    if status == BLOCKED:
        return StepVerdict(
            step, 0.0, BLOCKED, reasons=("1.ipynb, cell 3, line 9: the import of os is not allowed here.",)
        )
    values, edges = (PASSED, FAILED) if status == "partial" else (status, status)
    made = judge_step(
        step,
        (
            outcome(step.id, "shape", OPEN if status == OPEN else PASSED, "public"),
            outcome(step.id, "values", values, core=True),
            outcome(step.id, "edges", edges),
        ),
    )
    if status != FAILED or not named.get(step.id) or rng.random() < 0.2:
        return made
    # A few mistakes are common, most are rare.
    mistake = named[step.id][min(int(rng.expovariate(0.7)), len(named[step.id]) - 1)]
    suspicion = Suspicion(mistake.id, mistake.sentence, mistake.hint)
    return StepVerdict(step, made.score, made.status, made.outcomes, suspicions=(suspicion,))


def submission(assignment: Assignment, rng: random.Random, named: dict[str, list[Any]]) -> dict[str, Any]:
    """The results of one student, whose steps go well or badly together."""
    ability = rng.gauss(0.8, 1.1)
    steps = []
    for place, step in enumerate(assignment.steps):
        hardness = 1.4 * place / len(assignment.steps) - 0.7
        right = rng.random() < 1 / (1 + math.exp(-1.7 * (ability - hardness)))
        wrong = rng.choices(("partial", FAILED, OPEN, BLOCKED), (3, 8, 3 if ability < 0.5 else 0.3, 0.4))[0]
        steps.append(judged(step, PASSED if right else wrong, rng, named))
    printed: tuple[tuple[str, str, str], ...] = ()
    if rng.random() < 0.02:
        printed = ((assignment.steps[1].id, "A.forward", "torch.Size([5, 3])\n"),)
        steps = [StepVerdict(entry.step, 0.0, FAILED, entry.outcomes) for entry in steps]
    problems = tuple(reason for entry in steps for reason in entry.reasons)
    verdict = Verdict(tuple(steps), printed, (), problems, {"level": "strong", "network": "on"})
    return to_results(assignment, verdict, "seed", rng.lognormvariate(0.1, 0.5))


def write_class(
    folder: Path, assignment: Assignment, size: int, *, changes: dict[str, Change] | None = None, seed: int = 0
) -> list[str]:
    """Write the results of a class and return the students' names.

    Args:
        folder: gets one folder a student.
        assignment: the assignment.
        size: how many students.
        changes: what to do to the results of single students, who come on top.
        seed: of all that is random.
    """
    rng = random.Random(seed)
    named: dict[str, list[Any]] = {}
    for mistake in load_catalogue(ROOT / "tests/exercises/mistakes/machine_translation"):
        for step in mistake.costs:
            named.setdefault(step, []).append(mistake)
    names = [f"student{n:04}@uni.example" if n % 3 == 0 else f"s{n:04}" for n in range(1, size + 1)]
    for name in [*names, *(changes or {})]:
        results = submission(assignment, rng, named)
        if change := (changes or {}).get(name):
            change(results)
        write_json(folder / name / "results.json", results)
        (folder / name / "feedback.html").write_text("<!doctype html><title>feedback</title>", encoding="utf-8")
    return [*names, *(changes or {})]
