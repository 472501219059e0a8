"""Grades many sets of modules in one process tree: tests collected once, then a fork each, and no worker.

The tests are the real ones, the rules and the points, too; only the wall between judge and student code is left
out, since the code is ours. So a set costs what its tests cost, and one that hangs or dies costs itself alone.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from autograder.authoring.answer_key import solved_modules
from autograder.authoring.assignment import Assignment
from autograder.authoring.cells import assemble
from autograder.authoring.course import Course, pick_assignment
from autograder.isolation.local import LocalTransport
from autograder.isolation.student_modules import StudentModules
from autograder.judging.collecting import collect_and_run
from autograder.judging.exam import Exam
from autograder.judging.grading import run_items
from autograder.judging.items import step_of
from autograder.judging.rules import steps_lost, violations
from autograder.judging.verdict import PASSED, judge_step
from autograder.student.check import load_stand_ins

Modules = Mapping[str, str]
ROOT = Path(__file__).resolve().parents[2]
_MEMORY = 6 << 30


@dataclass(frozen=True)
class Loss:
    """Points that a set of modules lost at a step: how many, and the tests (or rules) that took them."""

    points: float
    causes: tuple[str, ...]


Losses = dict[str, Loss]


class Bench(Exam):
    """Collects an assignment's tests, public and hidden, and grades sets of modules with them.

    Args:
        course: where everything lies.
        assignment: what is graded.
        work: is called once the tests are collected; it calls `grade`.
    """

    def __init__(self, course: Course, assignment: Assignment, work: Callable[[Bench], None]) -> None:
        public, hidden = (course.tests(kind, assignment.name) for kind in ("public", "hidden"))
        super().__init__([step.id for step in assignment.steps], "benchmark", hidden)
        self.course, self.assignment = course, assignment
        self.reference = {path: data.decode() for path, data in solved_modules(course, assignment).items()}
        self._stand_ins = load_stand_ins(public)
        self._folders = [public, hidden]
        self._work = work
        self._items: list[pytest.Item] = []
        self._error: Exception | None = None

    def run(self) -> None:
        """Collect the tests and do the work."""
        torch.set_num_threads(1)  # as in the worker, and so that forks do not hang
        collect_and_run(self, self._folders)
        if self._error:  # pytest would bury it in its own traceback
            raise self._error

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do the work instead of running the tests once."""
        if self.collect_errors:
            return True  # reported by collect_and_run
        self._items = session.items
        try:
            self._warm()
            self._work(self)
        except Exception as error:
            self._error = error
        return True

    def _warm(self) -> None:
        """Grade the reference once here, so that no fork imports late what PyTorch imports at first use.

        Raises:
            RuntimeError: the reference itself loses points.
        """
        losses = self.grade_here(self.reference, "warm")
        if losses:
            raise RuntimeError(f"the reference loses points: {losses}")

    def grade(self, modules: Modules, seed: str, steps: Container[str] | None = None, limit: float = 60.0) -> Losses:
        """Grade modules in a forked process; what does not come back within `limit` seconds loses everything.

        Args:
            modules: the submission: sources by path.
            seed: what all random inputs follow from.
            steps: run the tests of these steps only.
            limit: seconds.
        """
        ours, theirs = os.pipe()
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
            try:
                losses = self.grade_here(modules, seed, steps)
                reply = {"losses": {step: [loss.points, loss.causes] for step, loss in losses.items()}}
            except BaseException:
                reply = {"fault": traceback.format_exc()}
            os.write(theirs, json.dumps(reply).encode())
            os._exit(0)
        os.close(theirs)
        text = _read(ours, time.monotonic() + limit)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        if not text:
            return {step.id: Loss(step.points, ("hangs, or ends the process",)) for step in self.assignment.steps}
        reply = json.loads(text)
        if "fault" in reply:  # student code's own errors are outcomes of tests
            raise RuntimeError(reply["fault"])
        return {step: Loss(points, tuple(causes)) for step, (points, causes) in reply["losses"].items()}

    def grade_here(self, modules: Modules, seed: str, steps: Container[str] | None = None) -> Losses:
        """Grade modules in this process."""
        folders = {path.partition("/")[0] for path in modules}
        for name in [name for name in sys.modules if name.partition(".")[0] in folders]:
            del sys.modules[name]  # those of another set
        imported = StudentModules(modules)
        resolve = imported.resolver(self.assignment.owners())
        self.seed, self.transport = seed, LocalTransport(resolve, self._stand_ins, imported.is_own)
        self.outcomes.clear()
        run_items(self, [item for item in self._items if steps is None or step_of(item) in steps], lambda: None)
        sys.meta_path.remove(imported)
        return self._losses(modules, steps)

    def _losses(self, modules: Modules, steps: Container[str] | None) -> Losses:
        """What the rules and the outcomes of the tests cost."""
        found = violations(self.assignment, {path: assemble(path, [(path, text)]) for path, text in modules.items()})
        broken = [(step, violation.message) for violation in found for step in steps_lost(self.assignment, violation)]
        losses = {}
        for step in self.assignment.steps:
            if steps is not None and step.id not in steps:
                continue
            own = [outcome for outcome in self.outcomes if outcome.step == step.id]
            rules = [message for name, message in broken if name == step.id]
            score = 0.0 if rules else judge_step(step, own).score
            causes = rules + [outcome.test for outcome in own if outcome.status != PASSED]
            if score < step.points:
                losses[step.id] = Loss(step.points - score, tuple(causes))
        return losses


def _read(pipe: int, deadline: float) -> str:
    """Read until the end of file; nothing where the deadline comes first."""
    parts = []
    with os.fdopen(pipe, "rb") as stream:
        while select.select([stream], [], [], max(0.0, deadline - time.monotonic()))[0]:
            part = os.read(stream.fileno(), 1 << 16)
            if not part:
                return b"".join(parts).decode("utf-8")
            parts.append(part)
    return ""


def variants(course: Course, assignment: Assignment) -> dict[str, dict[str, str]]:
    """The right variants' modules by the variant's name."""
    top = course.tests("variants", assignment.name)
    return {
        folder.name: {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.py")}
        for folder in sorted(top.iterdir())
        if folder.is_dir()
    }


def bench(name: str | None, work: Callable[[Bench], None]) -> None:
    """Collect the tests of an assignment (by name, or the only one) and do some work with them."""
    course = Course(ROOT)
    Bench(course, pick_assignment(course, name), work).run()
