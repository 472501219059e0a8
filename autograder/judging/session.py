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
import tempfile
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import pytest

from autograder.authoring.answer_key import reference_modules
from autograder.authoring.assignment import Assignment, AssignmentError, load
from autograder.authoring.course import Course
from autograder.judging.catalogue import load_catalogue, load_failures
from autograder.judging.diagnosis import Diagnoser
from autograder.judging.exam import Exam, ExamError, collect_and_run, step_of, weight_of
from autograder.judging.explanation import EXPLANATION, explanation
from autograder.judging.feedback import FEEDBACK, render
from autograder.judging.grade import Job
from autograder.judging.grading import Grader
from autograder.judging.results import RESULTS, fault_results, json_text, to_results, write_json, write_text
from autograder.judging.standing import StandingError, examined_standing
from autograder.judging.warming import warm
from autograder.student.check import load_stand_ins

_SLACK_SECONDS = 60.0


def main(fds: Sequence[int], settings: Mapping[str, Any]) -> None:
    """Grade the jobs that come over the pipe; report each as `{"done": …, "files": …}`, or `{"error": …}`.

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
        except (AssignmentError, ExamError, StandingError) as error:
            say({"error": str(error)})


def _grade_all(plan: Mapping[str, Any], control: socket.socket, say: Any) -> None:
    assignment = load(Path(plan["source"]))
    public, hidden = Path(plan["public"]), Path(plan["hidden"])
    stand_ins = public / "stand_ins.py"
    source = stand_ins.read_text(encoding="utf-8") if stand_ins.is_file() else ""
    course = Course(Path(plan["course"]))
    layers_off = assignment.isolation.off if plan["layers_off"] is None else tuple(plan["layers_off"])
    standing = examined_standing(control, course, assignment, _paths(plan), layers_off)
    diagnoser = _diagnoser(course, assignment, _stand_ins(public))
    grader = Grader(assignment, control, source, diagnoser, layers_off, standing)
    session = Session(assignment, grader, plan, hidden, say)
    folders = [folder for folder in (public, hidden) if folder.is_dir()]
    if not folders:
        raise ExamError(f"{assignment.name} has no tests: neither {public} nor {hidden} exists")
    # Test files and what they import must not print into a student's results.
    collect_and_run(session, folders)
    if session.untested:
        raise ExamError(f"no test earns the points of {', '.join(session.untested)}")


def _paths(plan: Mapping[str, Any]) -> list[Path]:
    """What lies where one submission's code must not look for another's: their files and their results."""
    return [Path(job[kind]) for job in plan["jobs"] for kind in ("submission", "out")] if len(plan["jobs"]) > 1 else []


def _stand_ins(public: Path) -> dict[str, Any]:
    """The stand-in classes by name. What does not load here would not load beside any submission either."""
    try:
        return load_stand_ins(public)
    except Exception as error:
        raise ExamError(f"{public}: stand_ins.py cannot be loaded: {type(error).__name__}: {error}") from None


def _diagnoser(course: Course, assignment: Assignment, stand_ins: Mapping[str, Any]) -> Diagnoser | None:
    """What names mistakes; None for an assignment without a catalogue, or without an answer key to compare with."""
    folder = course.tests("mistakes", assignment.name)
    mistakes = load_catalogue(folder)
    reference = reference_modules(course, assignment) if mistakes else {}
    if not reference:
        return None
    return Diagnoser(mistakes, load_failures(folder), reference, stand_ins)


class Session(Exam):
    """Runs all collected tests for each submission, in a process of its own each."""

    def __init__(self, assignment: Assignment, grader: Grader, plan: Mapping[str, Any], hidden: Path, say: Any) -> None:
        super().__init__([step.id for step in assignment.steps], plan["seed"], hidden, plan.get("explain"))
        self._assignment = assignment
        self._grader = grader
        self._jobs = [Job(Path(job["submission"]), Path(job["out"]), job["digests"]) for job in plan["jobs"]]
        self._processes = max(1, int(plan["processes"]))
        self._say = say
        # What each forked process has found, where student code cannot write over it: files without a name.
        self._found: dict[int, IO[bytes]] = {}
        self.untested: list[str] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Grade every submission instead of running the tests once."""
        if self.collect_errors or session.testsfailed:
            return True  # reported by collect_and_run
        tested = {step_of(item) for item in session.items if weight_of(item) > 0}
        self.untested = [step for step in self.steps if step not in tested and self.only in (None, step)]
        if self.untested:
            return True
        warm(self, session.items, self._assignment, self._grader.diagnoser, len(self._jobs))
        gc.collect()
        gc.freeze()
        waiting = list(range(len(self._jobs)))
        running: dict[int, tuple[int, float]] = {}
        limit = self._assignment.limits.submission_seconds + _SLACK_SECONDS
        while waiting or running:
            while waiting and len(running) < self._processes:
                index = waiting.pop(0)
                running[self._start(index, session.items)] = (index, time.monotonic() + limit)
            for pid, index in _ended(running):
                self._finish(index)
                del running[pid]
        return True

    def _start(self, index: int, items: Sequence[pytest.Item]) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        (self._jobs[index].out / RESULTS).unlink(missing_ok=True)
        self._found[index] = tempfile.TemporaryFile()  # noqa: SIM115 (closed in `_finish`)
        pid = os.fork()
        if pid:
            return pid
        code = 1
        try:
            self._grade(index, items)
            code = 0
        except BaseException as error:
            with contextlib.suppress(Exception):
                self._write_fault(index, f"{type(error).__name__}: {error}", traceback.format_exc())
        finally:
            os._exit(code)

    def _grade(self, index: int, items: Sequence[pytest.Item]) -> None:
        job, started = self._jobs[index], time.monotonic()
        verdict = self._grader.grade(job.submission, self, items)
        if self.only:
            found = next(step for step in verdict.steps if step.step.id == self.only)
            write_json(job.out / EXPLANATION, explanation(found))
        results = to_results(self._assignment, verdict, self.seed, time.monotonic() - started)
        results["extra_data"]["digests"] = dict(job.digests or {})
        self._write(index, results)

    def _finish(self, index: int) -> None:
        """Hand over what was found; a fault of ours where a process ended before it had found anything."""
        with self._found.pop(index) as file:
            file.seek(0)
            text = file.read()
        try:
            files = json.loads(text)
        except ValueError:
            results = fault_results(self._assignment, "the grading process ended without a result", self.seed)
            files = self._files(index, results)
        self._say({"done": index, "files": files})

    def _write_fault(self, index: int, reason: str, trace: str) -> None:
        """Write results that say that the grader failed, and the traceback beside them for whoever mends it."""
        self._write(index, fault_results(self._assignment, reason, self.seed))
        write_text(self._jobs[index].out / "fault.txt", trace)

    def _write(self, index: int, results: dict[str, Any]) -> None:
        """Keep the results, and put them where they are wanted."""
        files = self._files(index, results)
        self._found[index].write(json.dumps(files).encode("ascii"))
        self._found[index].flush()
        for name, text in files.items():
            write_text(self._jobs[index].out / name, text)

    def _files(self, index: int, results: dict[str, Any]) -> dict[str, str]:
        """The files of a graded submission by name; the last one says that all is there."""
        page = render(self._assignment, results, self._jobs[index].submission.name)
        return {FEEDBACK: page, RESULTS: json_text(results)}


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
