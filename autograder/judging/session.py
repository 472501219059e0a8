"""A grading session: tests collected once, then one forked trusted process per submission.

Runs in a process forked from the fork server (so torch is imported already) and started by `grade.py`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.answer_key import reference_modules
from autograder.authoring.assignment import Assignment, AssignmentError, load
from autograder.authoring.cells import assemble
from autograder.authoring.course import Course
from autograder.judging.catalogue import load_catalogue, load_failures
from autograder.judging.diagnosis import Diagnoser
from autograder.judging.exam import Exam, ExamError, collect_and_run, step_of, weight_of
from autograder.judging.explanation import EXPLANATION, explanation
from autograder.judging.feedback import FEEDBACK, render
from autograder.judging.grading import Grader
from autograder.judging.results import RESULTS, fault_results, to_results, write_json, write_text
from autograder.judging.rules import violations
from autograder.student.check import load_stand_ins

_SLACK_SECONDS = 60.0


def main(fds: Sequence[int], settings: Mapping[str, Any]) -> None:
    """Grade the jobs that come over the pipe; report `{"done": index}` for each, or `{"error": text}`.

    Args:
        fds: the pipe to the command line, and the fork server's control socket.
        settings: unused; the jobs come over the pipe, which has no size limit.
    """
    pipe, control = (socket.socket(fileno=fd) for fd in fds)
    with pipe.makefile("rw", encoding="utf-8") as stream:
        plan = json.loads(stream.readline())

        def say(message: dict[str, Any]) -> None:
            stream.write(json.dumps(message) + "\n")
            stream.flush()

        try:
            _grade_all(plan, control, say)
            say({"end": True})
        except (AssignmentError, ExamError) as error:
            say({"error": str(error)})


def _grade_all(plan: Mapping[str, Any], control: socket.socket, say: Any) -> None:
    assignment = load(Path(plan["source"]))
    public, hidden = Path(plan["public"]), Path(plan["hidden"])
    stand_ins = public / "stand_ins.py"
    source = stand_ins.read_text(encoding="utf-8") if stand_ins.is_file() else ""
    grader = Grader(assignment, control, source, _diagnoser(Course(Path(plan["course"])), assignment))
    session = Session(assignment, grader, plan, hidden, say)
    folders = [folder for folder in (public, hidden) if folder.is_dir()]
    if not folders:
        raise ExamError(f"{assignment.name} has no tests: neither {public} nor {hidden} exists")
    # Test files and what they import must not print into a student's results.
    collect_and_run(session, folders)
    if session.untested:
        raise ExamError(f"no test earns the points of {', '.join(session.untested)}")


def _diagnoser(course: Course, assignment: Assignment) -> Diagnoser | None:
    """What names mistakes; None for an assignment without a catalogue, or without an answer key to compare with."""
    folder = course.tests("mistakes", assignment.name)
    mistakes = load_catalogue(folder)
    reference = reference_modules(course, assignment) if mistakes else {}
    if not reference:
        return None
    stand_ins = load_stand_ins(course.tests("public", assignment.name))
    return Diagnoser(mistakes, load_failures(folder), reference, stand_ins)


class Session(Exam):
    """Runs all collected tests for each submission, in a process of its own each."""

    def __init__(self, assignment: Assignment, grader: Grader, plan: Mapping[str, Any], hidden: Path, say: Any) -> None:
        super().__init__([step.id for step in assignment.steps], plan["seed"], hidden, plan.get("explain"))
        self._assignment = assignment
        self._grader = grader
        self._jobs = [(Path(job["submission"]), Path(job["out"])) for job in plan["jobs"]]
        self._processes = max(1, int(plan["processes"]))
        self._say = say
        self.untested: list[str] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Grade every submission instead of running the tests once."""
        if self.collect_errors or session.testsfailed:
            return True  # reported by collect_and_run
        tested = {step_of(item) for item in session.items if weight_of(item) > 0}
        self.untested = [step for step in self.steps if step not in tested and self.only in (None, step)]
        if self.untested:
            return True
        # Done once here, so that no forked process does it again: templates, caches, first uses.
        render(self._assignment, fault_results(self._assignment, "", ""), "")
        violations(
            self._assignment,
            {path: assemble(path, [(path, text)]) for path, text in self._assignment.modules().items()},
        )
        gc.collect()
        gc.freeze()
        waiting = list(enumerate(self._jobs))
        running: dict[int, tuple[int, float]] = {}
        limit = self._assignment.limits.submission_seconds + _SLACK_SECONDS
        while waiting or running:
            while waiting and len(running) < self._processes:
                index, job = waiting.pop(0)
                running[self._start(job, session.items)] = (index, time.monotonic() + limit)
            for pid, index in _ended(running):
                self._finish(index)
                del running[pid]
        return True

    def _start(self, job: tuple[Path, Path], items: Sequence[pytest.Item]) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        (job[1] / RESULTS).unlink(missing_ok=True)
        pid = os.fork()
        if pid:
            return pid
        code = 1
        try:
            self._grade(job, items)
            code = 0
        except BaseException as error:
            with contextlib.suppress(Exception):
                self._write_fault(job, f"{type(error).__name__}: {error}", traceback.format_exc())
        finally:
            os._exit(code)

    def _grade(self, job: tuple[Path, Path], items: Sequence[pytest.Item]) -> None:
        submission, out = job
        started = time.monotonic()
        verdict = self._grader.grade(submission, self, items)
        if self.only:
            found = next(step for step in verdict.steps if step.step.id == self.only)
            write_json(out / EXPLANATION, explanation(found))
        results = to_results(self._assignment, verdict, self.seed, time.monotonic() - started)
        write_text(out / FEEDBACK, render(self._assignment, results, submission.name))
        write_json(out / RESULTS, results)

    def _finish(self, index: int) -> None:
        """Make sure that there is a result, whatever happened to the process that should have written it."""
        if not (self._jobs[index][1] / RESULTS).is_file():
            with contextlib.suppress(OSError):
                self._write_fault(self._jobs[index], "the grading process ended without a result", "")
        self._say({"done": index})

    def _write_fault(self, job: tuple[Path, Path], reason: str, trace: str) -> None:
        """Write results that say that the grader failed, and the traceback beside them for whoever mends it."""
        submission, out = job
        results = fault_results(self._assignment, reason, self.seed)
        if trace:
            write_text(out / "fault.txt", trace)
        write_text(out / FEEDBACK, render(self._assignment, results, submission.name))
        write_json(out / RESULTS, results)


def _ended(running: Mapping[int, tuple[int, float]]) -> Iterator[tuple[int, int]]:
    """Wait for the next process to end, or to be killed for taking too long; yield (pid, index) of those gone."""
    gone: list[tuple[int, int]] = []
    while not gone:
        for pid, (index, deadline) in running.items():
            if os.waitpid(pid, os.WNOHANG)[0]:
                gone.append((pid, index))
            elif time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
        if not gone:
            time.sleep(0.002)
    yield from gone
