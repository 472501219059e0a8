"""The check under a step: the step's public tests on the class just defined, in this process, in under a second."""

from __future__ import annotations

import importlib.util
import sys
import textwrap
from pathlib import Path
from typing import Any

from autograder.authoring.assignment import Assignment, AssignmentError, load
from autograder.authoring.course import find_course
from autograder.judging.verdict import OPEN, PASSED, Outcome

_WIDTH = 96
_MARKS = {PASSED: "✓", OPEN: "○"}


class CheckFailed(Exception):
    """A check found something to do. It shows as one line: the table above it has said the rest."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback."""
        return [f"CheckFailed: {self}"]


def check(step: str) -> None:
    """Run a step's public tests on what the notebook has defined, and show what they found.

    Args:
        step: the step's name, e.g. `lstm_forward`.

    Raises:
        CheckFailed: the step is not finished yet.
    """
    namespace = sys._getframe(1).f_globals
    try:
        assignment, tests = _locate(Path.cwd())
        wanted = assignment.step(step)
    except (AssignmentError, KeyError) as error:
        text = f"there is no step {step!r}" if isinstance(error, KeyError) else str(error)
        raise CheckFailed(text) from None
    missing = wanted.owner not in namespace
    if missing:
        raise CheckFailed(f"{step}: {wanted.owner} is not defined yet; run the cell above that defines it first")
    outcomes = run_public_tests(assignment, tests, step, namespace)
    print(table(step, wanted.points, outcomes))
    if not outcomes:
        raise CheckFailed(f"{step} has no public test; take a fresh copy of the release")
    failed = [outcome for outcome in outcomes if outcome.status != PASSED]
    if failed:
        if all(outcome.status == OPEN for outcome in failed):
            raise CheckFailed(f"{step} is still to do: {failed[0].detail or failed[0].brief}") from None
        names = f"{len(failed)} of {len(outcomes)} checks failed"
        raise CheckFailed(f"{step}: {names}. First: {failed[0].brief}") from None


def run_public_tests(assignment: Assignment, tests: Path, step: str, namespace: dict[str, Any]) -> list[Outcome]:
    """Run a step's public tests in this process.

    Args:
        assignment: the assignment.
        tests: folder of the public tests.
        step: the step's name.
        namespace: where the student's classes and functions are defined.

    Raises:
        CheckFailed: the tests themselves cannot be run.
    """
    import torch

    from autograder.isolation.local import LocalTransport
    from autograder.judging.collecting import ExamError, collect_and_run
    from autograder.judging.exam import Exam

    exam = Exam([entry.id for entry in assignment.steps], "public", only=step)
    exam.transport = LocalTransport(namespace.__getitem__, load_stand_ins(tests), _is_notebook_cell)
    try:
        with torch.random.fork_rng(devices=[]):  # the tests' seeds are not for the student's own training
            collect_and_run(exam, [tests])
    except ExamError as error:
        raise CheckFailed(f"the public tests cannot be run ({error}); take a fresh copy of the release") from None
    finally:
        _forget(tests)
    return exam.outcomes


def _forget(tests: Path) -> None:
    """Unload test files and their helpers, so that the next check reads them as they are then."""
    for name, module in list(sys.modules.items()):
        if Path(getattr(module, "__file__", None) or "/").parent == tests:
            del sys.modules[name]


def table(step: str, points: float, outcomes: list[Outcome]) -> str:
    """Lay out what the tests found, as plain text that every notebook front end shows alike."""
    done = sum(outcome.status == PASSED for outcome in outcomes)
    lines = [f"{step} · {points:g} points · {done} of {len(outcomes)} checks passed", "─" * _WIDTH]
    for outcome in outcomes:
        lines += textwrap.wrap(f"{_MARKS.get(outcome.status, '✗')} {outcome.title}", _WIDTH, subsequent_indent="  ")
        if outcome.status != PASSED:
            lines += _indented(outcome.detail if outcome.status == OPEN else outcome.brief)
            if outcome.status != OPEN:
                lines += _indented(outcome.account)
                if outcome.hint:
                    lines += _indented(f"Try: {outcome.hint}")
    printed = [(call, text) for outcome in outcomes for call, text in outcome.printed]
    if printed:
        call, text = printed[0]
        first = (text.splitlines() or [""])[0].strip() or "(an empty line)"
        lines.append("─" * _WIDTH)
        lines.append(f"! {call} printed something: {first[:60]}")
        lines.append("  Graded code must print nothing: take the print out before you hand in.")
    return "\n".join(lines)


def _indented(text: str) -> list[str]:
    return [
        line
        for paragraph in text.splitlines()
        for line in textwrap.wrap(paragraph, _WIDTH - 4, initial_indent="    ", subsequent_indent="    ") or [""]
    ]


def _locate(here: Path) -> tuple[Assignment, Path]:
    """Find the assignment and its public tests from the folder that a notebook runs in."""
    for folder in (here, *here.parents):
        if (folder / "assignment.json").is_file():
            return load(folder), folder / "tests"
        if (folder / "assignment.toml").is_file():
            return load(folder), find_course(folder).tests("public", folder.name)
    raise AssignmentError(f"no assignment.json in {here} or above it: open the notebook inside the assignment's folder")


def _is_notebook_cell(filename: str) -> bool:
    """Does a traceback's file name mean a cell of the notebook?"""
    return "ipykernel" in filename or filename.startswith(("<ipython-input", "<string>", "models/"))


def load_stand_ins(tests: Path) -> dict[str, Any]:
    """Load the assignment's stand-in classes by name from `stand_ins.py`; none where there is no such file."""
    path = tests / "stand_ins.py"
    if not path.is_file():
        return {}
    spec = importlib.util.spec_from_file_location("autograder_stand_ins", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(vars(module))
