"""CPU time of a warm grading, all processes together, against the same tests in a plain process.

    python benchmarks/hidden_cost.py [ASSIGNMENT]

Two rows: the hidden tests alone, and the whole suite. Graded: the real path (a forked judge and a confined worker a
submission, results.json and feedback.html written), user and system time of judge, worker, monitor, session and
fork server. Plain: this process, student code called directly. The first of each is left out as warm-up.
"""

from __future__ import annotations

import itertools
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from warm_cost import solved_namespace

from autograder.authoring.answer_key import solved_modules
from autograder.authoring.archive import zip_bytes
from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course, pick_assignment
from autograder.isolation.local import LocalTransport
from autograder.judging.exam import Exam, collect_and_run
from autograder.judging.grade import Job, grade
from autograder.judging.grading import run_items
from autograder.student.check import load_stand_ins

ROUNDS = 20
LIMIT_SECONDS = 0.5  # of the hidden tests, graded


class Plain(Exam):
    """Runs tests several times in this process and keeps the CPU seconds of each round."""

    def __init__(self, assignment: Assignment, hidden: Path, transport: Callable[[], LocalTransport]) -> None:
        super().__init__([step.id for step in assignment.steps], "benchmark", hidden)
        self._new_transport = transport
        self.rounds: dict[str, list[float]] = {"hidden": [], "whole": []}
        self.tests: dict[str, int] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the hidden tests, then all of them, `ROUNDS + 1` times each."""
        chosen = {"hidden": [item for item in session.items if self.kind_of(item) == "hidden"], "whole": session.items}
        for name, items in chosen.items():
            self.tests[name] = len(items)
            for _ in range(ROUNDS + 1):
                started = time.process_time()
                self.transport = self._new_transport()
                self.outcomes.clear()
                run_items(self, items, lambda: None)
                assert all(outcome.status == "passed" for outcome in self.outcomes), "the reference must pass"
                self.rounds[name].append(time.process_time() - started)
        return True


def plain(course: Course, assignment: Assignment) -> Plain:
    """The tests in this process."""
    public, hidden = course.tests("public", assignment.name), course.tests("hidden", assignment.name)
    namespace, stand_ins = solved_namespace(course, assignment), load_stand_ins(public)
    exam = Plain(assignment, hidden, lambda: LocalTransport(namespace.__getitem__, stand_ins, lambda _: False))
    collect_and_run(exam, [public, hidden])
    return exam


def graded(course: Course, assignment: Assignment) -> list[float]:
    """CPU seconds of each warm grading of the reference, by all processes that take part."""
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "reference.zip"
        path.write_bytes(zip_bytes(solved_modules(course, assignment)))
        jobs = [Job(path, Path(work) / str(number)) for number in range(ROUNDS + 1)]
        marks: list[float] = []
        results = grade(
            course, assignment.name, jobs, seed="benchmark", on_result=lambda *_: marks.append(_seconds_below())
        )
    assert all(result["score"] == assignment.points for result in results), "the reference must get full marks"
    return [later - earlier for earlier, later in itertools.pairwise(marks)]


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


def main() -> None:
    """Print both rows; fail when the hidden tests cost more than the limit."""
    course = Course(Path(__file__).resolve().parents[1])
    assignment = pick_assignment(course, sys.argv[1] if len(sys.argv) > 1 else None)
    torch.set_num_threads(1)  # as in the worker
    base = plain(course, assignment)
    with tempfile.TemporaryDirectory() as folder:
        costs = {
            "hidden": graded(hidden_only(course, assignment, Path(folder)), assignment),
            "whole": graded(course, assignment),
        }
    print(f"{assignment.name}: CPU ms a submission, median of {ROUNDS} warm rounds (mean)")
    for name, ours in costs.items():
        theirs = base.rounds[name][1:]
        print(
            f"  {name:6} {base.tests[name]:4} tests"
            f"   graded {statistics.median(ours) * 1000:5.0f} ({statistics.mean(ours) * 1000:5.0f})"
            f"   plain {statistics.median(theirs) * 1000:5.0f} ({statistics.mean(theirs) * 1000:5.0f})"
            f"   ratio {statistics.mean(ours) / statistics.mean(theirs):4.2f}"
        )
    print(f"  target: the hidden tests at most {LIMIT_SECONDS * 1000:.0f}")
    sys.exit(statistics.median(costs["hidden"]) > LIMIT_SECONDS)


if __name__ == "__main__":
    main()
