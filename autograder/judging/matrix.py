"""The matrix of mistakes and steps: each catalogued mistake must cost its steps alone, and be named.

Only the instructor's own code runs here, so it runs in this process and its forks, without confinement.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from autograder.authoring.answer_key import reference_modules
from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.judging.catalogue import FAILURES, Mistake, load_catalogue
from autograder.judging.collecting import ExamError, collect_and_run
from autograder.judging.diagnosis import Diagnoser
from autograder.judging.exam import Exam
from autograder.judging.items import step_of
from autograder.judging.verdict import PASSED, judge_step
from autograder.student.check import load_stand_ins

_SECONDS = 60  # for one mistake; one that loops for ever ends here
SEED = "matrix"
# Called for each mistake that is done: how many are, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Row:
    """What one mistake came to.

    Attributes:
        mistake: the mistake.
        failed: the tests that it fails, by step.
        lost: the steps that it costs points.
        named: the mistakes that diagnosis names, by step.
    """

    mistake: Mistake
    failed: Mapping[str, Sequence[str]]
    lost: Sequence[str]
    named: Mapping[str, Sequence[str]]

    @property
    def problem(self) -> str:
        """What is wrong with it, or nothing."""
        if not self.lost:
            return "is not caught"
        if set(self.lost) != set(self.mistake.costs):
            return f"costs {', '.join(self.lost)} and should cost {', '.join(self.mistake.costs)}"
        unnamed = [step for step in self.lost if self.mistake.id not in self.named.get(step, ())]
        return f"is not named in {', '.join(unnamed)}" if unnamed else ""


def make_matrix(course: Course, name: str, processes: int, progress: Progress | None = None) -> list[Row]:
    """Run every catalogued mistake through all tests, then name each.

    Args:
        course: the course.
        name: the assignment.
        processes: mistakes that run side by side.
        progress: called as mistakes are done, in both passes.

    Raises:
        AssignmentError: there is no such assignment.
        ExamError: the tests cannot be collected, or there is no catalogue or no answer key.
        ValueError: a mistake does not fit the answer key.
    """
    import torch

    assignment = course.load(name)
    mistakes = load_catalogue(course.tests("mistakes", name))
    reference = reference_modules(course, assignment)
    if not mistakes or not reference:
        raise ExamError(f"{name} has no catalogue below {course.tests('mistakes', name)}, or no answer key")
    torch.set_num_threads(1)  # forks of a process that has used more would hang
    diagnoser = Diagnoser(mistakes, {}, reference, load_stand_ins(course.tests("public", name)))
    run = _Run(assignment, course.tests("hidden", name), diagnoser, processes, progress)
    collect_and_run(run, [course.tests("public", name), course.tests("hidden", name)])
    return run.rows


def failures(rows: Sequence[Row]) -> str:
    """The content of `failures.json`."""
    found = {row.mistake.id: dict(row.failed) for row in sorted(rows, key=lambda row: row.mistake.id)}
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


def failures_file(course: Course, name: str) -> Path:
    """Where the signatures of an assignment are kept."""
    return course.tests("mistakes", name) / FAILURES


class _Run(Exam):
    """Runs all tests on every mistake, each in a fork."""

    def __init__(
        self, assignment: Assignment, hidden: Path, diagnoser: Diagnoser, processes: int, progress: Progress | None
    ) -> None:
        super().__init__([step.id for step in assignment.steps], SEED, hidden)
        self._assignment = assignment
        self._diagnoser = diagnoser
        self._processes = processes
        self._progress = progress or (lambda done, of: None)
        self._done = 0
        self.rows: list[Row] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """First see what each mistake fails, then name it: naming needs what all of them fail."""
        if self.collect_errors or session.testsfailed:
            return True
        mistakes = self._diagnoser.mistakes
        # First uses are dear, and paid here once instead of in every fork; and what the answer key itself fails
        # says nothing about a mistake.
        failed = [
            outcome.test for outcome in self.replay(session.items, self._diagnoser.right()) if outcome.status != PASSED
        ]
        if failed:
            self.collect_errors.append(f"the answer key itself fails {', '.join(failed[:3])}")
            return True
        gc.collect()
        gc.freeze()
        first = _in_forks(mistakes, lambda mistake: self._failures(mistake, session.items), self._processes, self._tick)
        self._diagnoser.failures = {mistake.id: found["failed"] for mistake, found in zip(mistakes, first, strict=True)}
        pairs = list(zip(mistakes, first, strict=True))
        named = _in_forks(pairs, lambda pair: self._names(pair[0], pair[1], session.items), self._processes, self._tick)
        self.rows = [
            Row(mistake, found["failed"], found["lost"], names)
            for (mistake, found), names in zip(pairs, named, strict=True)
        ]
        return True

    def _tick(self) -> None:
        self._done += 1
        self._progress(self._done, 2 * len(self._diagnoser.mistakes))

    def _failures(self, mistake: Mistake, items: Sequence[pytest.Item]) -> dict[str, Any]:
        outcomes = self.replay(items, self._diagnoser.transport(mistake))
        failed: dict[str, list[str]] = {}
        for outcome in outcomes:
            if outcome.status != PASSED:
                failed.setdefault(outcome.step, []).append(outcome.test)
        verdicts = [judge_step(step, [o for o in outcomes if o.step == step.id]) for step in self._assignment.steps]
        return {"failed": failed, "lost": [v.step.id for v in verdicts if v.score < v.step.points]}

    def _names(self, mistake: Mistake, found: Mapping[str, Any], items: Sequence[pytest.Item]) -> dict[str, list[str]]:
        named = {}
        for step in found["failed"]:
            outcomes = self.replay(
                [item for item in items if step_of(item) == step], self._diagnoser.transport(mistake)
            )
            named[step] = [one.id for one in self._diagnoser.suspects(self, items, step, outcomes)]
        return named


def _in_forks(things: Sequence[Any], work: Callable[[Any], Any], processes: int, tick: Callable[[], None]) -> list[Any]:
    """Do work on each thing in a fork of its own and return the results in order; results must be JSON."""
    results: dict[int, Any] = {}
    waiting = list(enumerate(things))
    with selectors.DefaultSelector() as selector:
        running = 0
        while waiting or running:
            while waiting and running < processes:
                index, thing = waiting.pop(0)
                selector.register(_forked(work, thing), selectors.EVENT_READ, index)
                running += 1
            for key, _ in selector.select():
                stream: IO[str] = key.fileobj  # type: ignore[assignment]
                selector.unregister(stream)
                with stream:
                    text = stream.read()
                running -= 1
                tick()
                if not text:
                    raise ExamError(f"the run of {getattr(things[key.data], 'id', key.data)} ended without a result")
                results[key.data] = json.loads(text)
    while results and _reap():
        pass
    return [results[index] for index in range(len(things))]


def _forked(work: Callable[[Any], Any], thing: Any) -> IO[str]:
    """Start a fork; its result can be read from the stream, which stays empty if it fails."""
    read, write = os.pipe()
    if os.fork():
        os.close(write)
        return os.fdopen(read, encoding="utf-8")
    try:
        signal.alarm(_SECONDS)
        os.close(read)
        with os.fdopen(write, "w", encoding="utf-8") as stream:
            stream.write(json.dumps(work(thing)))
    finally:
        os._exit(0)


def _reap() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False
