"""CPU time of a warm grading, all processes together, against the same tests in a plain process.

    python benchmarks/hidden_cost.py [ASSIGNMENT]

Two rows: the hidden tests alone, and the whole suite. Graded: the real path (a forked judge and a confined worker a
submission, results.json and feedback.html written), user and system time of judge, worker, monitor, session and
fork server. Plain: this process, student code called directly; the tests are called directly, too, as a judge calls
them, or run by pytest, as anyone's tests are. All take turns, a few rounds each, so that a machine whose pace changes
is as fast for one as for the other; the ratio is that of the medians. The first round of each turn is left out.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from warm_cost import run_by_pytest, solved_namespace

from autograder.authoring.answer_key import solved_modules
from autograder.authoring.archive import zip_bytes
from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course, pick_assignment
from autograder.isolation.local import LocalTransport
from autograder.judging.collecting import collect_and_run
from autograder.judging.exam import Exam
from autograder.judging.grading import run_items
from autograder.judging.results import RESULTS
from autograder.judging.running import Job, Running
from autograder.student.check import load_stand_ins

TURNS, ROUNDS = 4, 5
LIMIT_SECONDS = 0.5  # of the hidden tests, graded


class Plain(Exam):
    """Runs tests several times in this process, in turns with gradings, and keeps the CPU seconds of both.

    Args:
        assignment: the assignment.
        hidden: the folder of its hidden tests.
        transport: makes a new transport to the reference in this process.
        graded: by name of a row, what grades once.

    Attributes:
        plain: by name of a row, seconds of each round in this process.
        by_pytest: the same, where pytest runs the tests.
        graded: by name of a row, seconds of each grading.
        tests: how many tests a row has.
    """

    def __init__(
        self,
        assignment: Assignment,
        hidden: Path,
        transport: Callable[[], LocalTransport],
        graded: dict[str, Callable[[], float]],
    ) -> None:
        super().__init__([step.id for step in assignment.steps], "benchmark", hidden)
        self._new_transport = transport
        self._grade = graded
        self.plain: dict[str, list[float]] = {name: [] for name in graded}
        self.by_pytest: dict[str, list[float]] = {name: [] for name in graded}
        self.graded: dict[str, list[float]] = {name: [] for name in graded}
        self.tests: dict[str, int] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the hidden tests, then all of them, in turns with gradings."""
        chosen = {"hidden": [item for item in session.items if self.kind_of(item) == "hidden"], "whole": session.items}
        for name, items in chosen.items():
            self.tests[name] = len(items)
            for _ in range(TURNS):
                self.plain[name] += [self._seconds(items, self._directly) for _ in range(ROUNDS + 1)][1:]
                self.by_pytest[name] += [self._seconds(items, run_by_pytest) for _ in range(ROUNDS + 1)][1:]
                self.graded[name] += [self._grade[name]() for _ in range(ROUNDS + 1)][1:]
        return True

    def _directly(self, items: Sequence[pytest.Item]) -> None:
        run_items(self, items, lambda: None)

    def _seconds(self, items: Sequence[pytest.Item], run: Callable[[Sequence[pytest.Item]], None]) -> float:
        started = time.process_time()
        self.transport = self._new_transport()
        self.outcomes.clear()
        run(items)
        assert all(outcome.status == "passed" for outcome in self.outcomes), "the reference must pass"
        return time.process_time() - started


def compare(course: Course, assignment: Assignment, graded: dict[str, Callable[[], float]]) -> Plain:
    """Run the tests in this process, in turns with gradings."""
    public, hidden = course.tests("public", assignment.name), course.tests("hidden", assignment.name)
    namespace, stand_ins = solved_namespace(course, assignment), load_stand_ins(public)
    exam = Plain(assignment, hidden, lambda: LocalTransport(namespace.__getitem__, stand_ins, lambda _: False), graded)
    collect_and_run(exam, [public, hidden])
    return exam


@contextmanager
def grading(course: Course, assignment: Assignment) -> Iterator[Callable[[], float]]:
    """What grades the reference once, and returns the CPU seconds of all processes that took part."""
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "reference.zip"
        path.write_bytes(zip_bytes(solved_modules(course, assignment)))
        with Running(course, assignment.name, seed="benchmark", processes=1, expected=TURNS * ROUNDS) as running:

            def once() -> float:
                before = _seconds_below()
                running.put(Job(path, Path(tempfile.mkdtemp(dir=work))))
                results = json.loads(running.take()[1][RESULTS])
                assert results["score"] == assignment.points, "the reference must get full marks"
                return _seconds_below() - before

            yield once


def _seconds_below() -> float:
    """User and system time of all processes below this one, those that have ended included.

    Nothing is missed: a worker is waited for by its monitor, that by the fork server before the judge ends, and
    the judge by the session. The kernel tells ticks of 10 ms; the mean over the rounds is finer than that.
    """
    ticks, waiting = 0, [os.getpid()]
    for pid in waiting:  # grows while it is walked through
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
        for child in children:
            fields = Path(f"/proc/{child}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks += sum(int(field) for field in fields[11:15])  # its own time, and that of children it waited for
        waiting += [int(child) for child in children]
    return ticks / os.sysconf("SC_CLK_TCK")


def hidden_only(course: Course, assignment: Assignment, root: Path) -> Course:
    """A course at `root` with the same sources and hidden tests, and of the public folder only what those import."""
    tests = (course.tests(kind, assignment.name) for kind in ("hidden", "mistakes"))
    for folder in (course.source(assignment.name), *tests):
        (root / folder.relative_to(course.root)).parent.mkdir(parents=True)
        (root / folder.relative_to(course.root)).symlink_to(folder)
    public = course.tests("public", assignment.name)
    shutil.copytree(public, root / public.relative_to(course.root), ignore=shutil.ignore_patterns("test_*", "__py*"))
    return Course(root)


def _both(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds) * 1000:5.0f} ({statistics.mean(seconds) * 1000:.0f})"


def main() -> None:
    """Print both rows; fail when the hidden tests cost more than the limit."""
    course = Course(Path(__file__).resolve().parents[1])
    assignment = pick_assignment(course, sys.argv[1] if len(sys.argv) > 1 else None)
    torch.set_num_threads(1)  # as in the worker
    with (
        tempfile.TemporaryDirectory() as folder,
        grading(hidden_only(course, assignment, Path(folder)), assignment) as hidden,
        grading(course, assignment) as whole,
    ):
        found = compare(course, assignment, {"hidden": hidden, "whole": whole})
    print(f"{assignment.name}: CPU ms a submission, median of {TURNS * ROUNDS} warm rounds (mean)")
    medians = {}
    for name, ours in found.graded.items():
        medians[name] = statistics.median(ours)
        print(f"  {name}: {found.tests[name]} tests")
        print(f"    graded                          {_both(ours)}")
        for way, theirs in (("called directly", found.plain[name]), ("run by pytest", found.by_pytest[name])):
            ratio = medians[name] / statistics.median(theirs)
            print(f"    plain process, {way:16} {_both(theirs)}   graded / plain {ratio:4.2f}")
    print(f"  target: the hidden tests at most {LIMIT_SECONDS * 1000:.0f}")
    sys.exit(medians["hidden"] > LIMIT_SECONDS)


if __name__ == "__main__":
    main()
