"""What is done once before submissions are graded, so that no process that is forked for one does it again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from autograder.authoring.assignment import Assignment
from autograder.authoring.cells import assemble
from autograder.judging.diagnosis import Diagnoser
from autograder.judging.exam import Exam
from autograder.judging.results import fault_results, to_results
from autograder.judging.rules import violations
from autograder.judging.verdict import Verdict, judge_step

_MANY = 20  # submissions from which on it pays to run all tests once more


def warm(
    exam: Exam,
    items: Sequence[pytest.Item],
    assignment: Assignment,
    diagnoser: Diagnoser | None,
    submissions: int,
    pages: bool,
) -> None:
    """Use everything once: rules, tests, results and the page.

    Tests run on the answer key, in this process, where it is at hand: Python and PyTorch set a good deal up when
    they run something for the first time.
    """
    violations(assignment, {path: assemble(path, [(path, text)]) for path, text in assignment.modules().items()})
    results = fault_results(assignment, "", "")
    if diagnoser and submissions >= _MANY:
        outcomes = exam.replay(items, diagnoser.right())
        steps = (judge_step(step, [o for o in outcomes if o.step == step.id]) for step in assignment.steps)
        results = to_results(assignment, Verdict(tuple(steps)), "", 0.0)
    if pages:
        from autograder.judging.feedback import render

        render(assignment, results, "")
