"""A grading session: tests collected once, then one forked trusted process per submission.

Runs in a process forked from the fork server (so torch is imported already) and started by `grade.py`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import pytest

from autograder.authoring.answer_key import reference_modules
from autograder.authoring.assignment import Assignment, AssignmentError, load
from autograder.authoring.course import Course
from autograder.isolation.confinement.levels import hides_files
from autograder.judging.catalogue import load_catalogue, load_failures
from autograder.judging.collecting import ExamError, collect_and_run
from autograder.judging.diagnosis import Diagnoser
from autograder.judging.exam import Exam
from autograder.judging.explanation import EXPLANATION, explanation
from autograder.judging.grading import Grader
from autograder.judging.items import step_of, weight_of
from autograder.judging.leaderboard import add_place
from autograder.judging.results import RESULTS, fault_results, json_text, to_results, write_json, write_text
from autograder.judging.running import Job
from autograder.judging.standing import StandingError, examined_standing
from autograder.judging.warming import warm
from autograder.student.check import load_stand_ins

_SLACK_SECONDS = 60.0
_TICK = 0.5  # seconds between two looks at what takes too long


def main(fds: Sequence[int], settings: Mapping[str, Any]) -> None:
    """Grade the jobs that come over the pipe.

    Says `{"begun": …}` and `{"done": …, "files": …}` of each, or `{"error": …}`.

    Args:
        fds: the pipe to the command line, and the fork server's control socket.
        settings: unused; the plan and the jobs come over the pipe, which has no size limit.
    """
    pipe, control = (socket.socket(fileno=fd) for fd in fds)
    inbox = Inbox(pipe)
    while not inbox.lines:
        if inbox.ended:
            return
        inbox.wait(None)
    plan = json.loads(inbox.lines.pop(0))

    def say(message: dict[str, Any]) -> None:
        pipe.sendall(json.dumps(message).encode("ascii") + b"\n")

    try:
        _grade_all(plan, inbox, control, say)
    except (AssignmentError, ExamError, StandingError) as error:
        say({"error": str(error)})


class Inbox:
    """Lines that come over a pipe, for someone who has children to look after besides.

    Attributes:
        lines: those that came and were not taken yet.
        ended: no more will come.
    """

    def __init__(self, pipe: socket.socket) -> None:
        self._pipe, self._part = pipe, b""
        self._woken, wake = socket.socketpair()
        self._woken.setblocking(False)
        wake.setblocking(False)
        self._wake = wake  # kept open
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        self.lines: list[bytes] = []
        self.ended = False

    def wait(self, seconds: float | None) -> None:
        """Wait until something comes or a child ends, or for some seconds; None is as long as it takes."""
        ready = select.select([self._woken] if self.ended else [self._woken, self._pipe], [], [], seconds)[0]
        with contextlib.suppress(BlockingIOError):
            self._woken.recv(4096)
        if self._pipe in ready:
            data = self._pipe.recv(1 << 16)
            *whole, self._part = (self._part + data).split(b"\n")
            self.lines += whole
            self.ended = not data

    def leave(self) -> None:
        """In a forked child: its signals are its own."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _grade_all(plan: Mapping[str, Any], inbox: Inbox, control: socket.socket, say: Any) -> None:
    assignment = load(Path(plan["source"]))
    public, hidden = Path(plan["public"]), Path(plan["hidden"])
    stand_ins = public / "stand_ins.py"
    source = stand_ins.read_text(encoding="utf-8") if stand_ins.is_file() else ""
    course = Course(Path(plan["course"]))
    layers_off = assignment.isolation.off if plan["layers_off"] is None else tuple(plan["layers_off"])
    others = [Path(path) for path in plan["others"]]
    standing = examined_standing(control, course, assignment, others, layers_off)
    diagnoser, diagnosis = _diagnoser(course, assignment, _stand_ins(public), hides_files(standing))
    grader = Grader(assignment, control, source, diagnoser, layers_off, standing)
    session = Session(assignment, grader, plan, hidden, inbox, say)
    session.diagnosis = diagnosis
    folders = [folder for folder in (public, hidden) if folder.is_dir()]
    if not folders:
        raise ExamError(f"{assignment.name} has no tests: neither {public} nor {hidden} exists")
    # Test files and what they import must not print into a student's results.
    collect_and_run(session, folders)
    if session.untested:
        raise ExamError(f"no test earns the points of {', '.join(session.untested)}")


def _stand_ins(public: Path) -> dict[str, Any]:
    """The stand-in classes by name. What does not load here would not load beside any submission either."""
    try:
        return load_stand_ins(public)
    except Exception as error:
        raise ExamError(f"{public}: stand_ins.py cannot be loaded: {type(error).__name__}: {error}") from None


def _diagnoser(
    course: Course, assignment: Assignment, stand_ins: Mapping[str, Any], files_hidden: bool
) -> tuple[Diagnoser | None, str]:
    """What names mistakes, and what results.json says of it: `on`, or why there is none."""
    folder = course.tests("mistakes", assignment.name)
    mistakes = load_catalogue(folder)
    if not mistakes:
        return None, "off: there is no catalogue of mistakes"
    reference = reference_modules(course, assignment, files_hidden)
    if not reference:
        return None, "off: there is no answer key out of student code's reach"
    return Diagnoser(mistakes, load_failures(folder), reference, stand_ins), "on"


class Session(Exam):
    """Runs all collected tests for each submission, in a process of its own each."""

    def __init__(
        self, assignment: Assignment, grader: Grader, plan: Mapping[str, Any], hidden: Path, inbox: Inbox, say: Any
    ) -> None:
        super().__init__([step.id for step in assignment.steps], plan["seed"], hidden, plan.get("explain"))
        self._assignment = assignment
        self._hidden_folder = hidden
        self._grader = grader
        self._expected = int(plan["expected"])
        self._pages = bool(plan["pages"])
        self._processes = max(1, int(plan["processes"]))
        self._inbox = inbox
        self._say = say
        self._jobs: dict[int, Job] = {}  # those that run
        # What each forked process has found, where student code cannot write over it: files without a name.
        self._found: dict[int, IO[bytes]] = {}
        self.untested: list[str] = []
        self.diagnosis = "off"

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Grade every submission instead of running the tests once."""
        if self.collect_errors or session.testsfailed:
            return True  # reported by collect_and_run
        tested = {step_of(item) for item in session.items if weight_of(item) > 0}
        self.untested = [step for step in self.steps if step not in tested and self.only in (None, step)]
        if self.untested:
            return True
        warm(self, session.items, self._assignment, self._grader.diagnoser, self._expected, self._pages)
        gc.collect()
        gc.freeze()
        running: dict[int, tuple[int, float]] = {}
        limit = self._assignment.limits.submission_seconds + _SLACK_SECONDS
        begun = 0
        while running or self._inbox.lines or not self._inbox.ended:
            while self._inbox.lines and len(running) < self._processes:
                job = json.loads(self._inbox.lines.pop(0))
                self._jobs[begun] = Job(Path(job["submission"]), Path(job["out"]), job["digests"])
                running[self._start(begun, session.items)] = (begun, time.monotonic() + limit)
                self._say({"begun": begun})
                begun += 1
            self._inbox.wait(_TICK if running else None)
            for pid, index in _ended(running):
                self._finish(index)
                del running[pid], self._jobs[index]
        return True

    def _start(self, index: int, items: Sequence[pytest.Item]) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        (self._jobs[index].out / RESULTS).unlink(missing_ok=True)
        self._found[index] = tempfile.TemporaryFile()  # noqa: SIM115 (closed in `_finish`)
        pid = os.fork()
        if pid:
            return pid
        self._inbox.leave()
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
        results["extra_data"] |= {"digests": dict(job.digests or {}), "diagnosis": self.diagnosis}
        add_place(results, self._assignment, self._hidden_folder, job.submission)
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
        files = {}
        if self._pages:
            from autograder.judging.feedback import FEEDBACK, render  # 0.1 s, for nothing where nobody sees the page

            files[FEEDBACK] = render(self._assignment, results, self._jobs[index].submission.name)
        return files | {RESULTS: json_text(results)}


def _ended(running: Mapping[int, tuple[int, float]]) -> list[tuple[int, int]]:
    """Return (pid, index) of the processes that have ended; kill those that have taken too long."""
    gone: list[tuple[int, int]] = []
    for pid, (index, deadline) in running.items():
        if os.waitpid(pid, os.WNOHANG)[0]:
            gone.append((pid, index))
        elif time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
    return gone
