"""What a warm grading costs against the same tests in a plain process: a ratio in one run.

    python benchmarks/warm_cost.py [ASSIGNMENT]

Plain: this process, torch imported, tests collected once, student code called directly. Graded: the real path
(fork per submission, confined worker, results.json and feedback.html written), one submission after another.
The first of each is left out as warm-up.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import time
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from autograder.authoring.answer_key import solved_modules
from autograder.authoring.archive import zip_bytes
from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course, pick_assignment
from autograder.isolation.local import LocalTransport
from autograder.judging.collecting import collect_and_run
from autograder.judging.exam import Exam
from autograder.judging.grade import Job, grade
from autograder.judging.grading import run_items
from autograder.student.check import load_stand_ins

ROUNDS = 10


class PlainExam(Exam):
    """Runs all tests several times in this process and keeps the seconds of each round.

    Args:
        assignment: the assignment.
        hidden: the folder of its hidden tests.
        transport: makes a new transport to the reference in this process.
        by_pytest: let pytest run each test, as anyone's tests are run; else they are called directly, as a judge does.
    """

    def __init__(
        self, assignment: Assignment, hidden: Path, transport: Callable[[], LocalTransport], by_pytest: bool = False
    ) -> None:
        super().__init__([step.id for step in assignment.steps], "benchmark", hidden)
        self._new_transport = transport
        self._by_pytest = by_pytest
        self.seconds: list[float] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the collected tests `ROUNDS + 1` times."""
        for _ in range(ROUNDS + 1):
            started = time.perf_counter()
            self.transport = self._new_transport()
            self.outcomes.clear()
            if self._by_pytest:
                run_by_pytest(session.items)
            else:
                run_items(self, session.items, lambda: None)
            self.seconds.append(time.perf_counter() - started)
        return True


def run_by_pytest(items: Sequence[pytest.Item]) -> None:
    """Run collected tests as pytest does: fixtures, set-up and tear-down, reports."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)


def solved_namespace(course: Course, assignment: Assignment) -> dict[str, Any]:
    """All names of the reference's modules, run in this process."""
    namespace: dict[str, Any] = {}
    for path, source in solved_modules(course, assignment).items():
        module = types.ModuleType(path)
        exec(compile(source, path, "exec"), module.__dict__)
        namespace.update(vars(module))
    return namespace


def plain(course: Course, assignment: Assignment, by_pytest: bool = False) -> tuple[list[float], int]:
    """Seconds of each warm round in this process, and the number of tests."""
    namespace = solved_namespace(course, assignment)
    public, hidden = course.tests("public", assignment.name), course.tests("hidden", assignment.name)
    stand_ins = load_stand_ins(public)

    def transport() -> LocalTransport:
        return LocalTransport(namespace.__getitem__, stand_ins, lambda _: False)

    exam = PlainExam(assignment, hidden, transport, by_pytest)
    collect_and_run(exam, [public, hidden])
    assert all(outcome.status == "passed" for outcome in exam.outcomes), "the reference must pass"
    return exam.seconds[1:], len(exam.outcomes)


def graded(course: Course, assignment: Assignment) -> list[float]:
    """Seconds of each warm grading of the reference."""
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "reference.zip"
        path.write_bytes(zip_bytes(solved_modules(course, assignment)))
        ends: list[float] = []
        jobs = [Job(path, Path(work) / str(number)) for number in range(ROUNDS + 1)]
        results = grade(
            course, assignment.name, jobs, seed="benchmark", on_result=lambda *_: ends.append(time.perf_counter())
        )
    assert all(result["score"] == assignment.points for result in results), "the reference must get full marks"
    return [later - earlier for earlier, later in itertools.pairwise(ends)]


def main() -> None:
    """Print both and their ratio."""
    course = Course(Path(__file__).resolve().parents[1])
    assignment = pick_assignment(course, sys.argv[1] if len(sys.argv) > 1 else None)
    torch.set_num_threads(1)  # as in the worker
    base, tests = plain(course, assignment)
    by_pytest, _ = plain(course, assignment, by_pytest=True)
    other = statistics.median(graded(course, assignment))
    print(f"{assignment.name}: {tests} tests, median of {ROUNDS} warm rounds")
    print(f"  graded, isolated               {other * 1000:7.0f} ms a submission")
    for name, seconds in (("tests called directly", base), ("run by pytest", by_pytest)):
        one = statistics.median(seconds)
        print(f"  plain process, {name:21}{one * 1000:3.0f} ms; graded / plain {other / one:5.2f}")
    print("  (target: at most 2.5 times the tests called directly)")


if __name__ == "__main__":
    main()
