"""A grading session seen from the command line's side: a fork server, and in it a process that takes jobs.

It holds what is under way and no more: jobs go in one by one, and the files of each come out as it ends.
"""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from autograder.authoring.course import Course
from autograder.isolation.confinement.layers import SWITCHABLE, unknown
from autograder.isolation.zygote import Lease, Zygote

AHEAD = 2  # jobs that wait in the session, so that it need not wait for us


class GradingError(RuntimeError):
    """The grader cannot work: its tests or its own processes are broken. The message is one line."""


class SessionEnded(GradingError):
    """The session's process ended before its time. What was under way has no result."""


@dataclass(frozen=True)
class Job:
    """A submission (zip or folder) and the folder that gets its results.json and feedback.html.

    `digests` is kept in the results: what says later whether the verdict still stands.
    """

    submission: Path
    out: Path
    digests: Mapping[str, str] | None = None


def _has_padding_masks(course: Course, assignment: str) -> bool:
    """Do its notebooks or tests have padding masks? What PyTorch imports for one takes 0.4 s."""
    tests = (course.tests(kind, assignment).glob("*.py") for kind in ("public", "hidden"))
    paths = chain(course.source(assignment).glob("*.ipynb"), *tests)
    try:
        return any(b"padding_mask" in path.read_bytes() for path in paths)
    except OSError:
        return True  # the session says what cannot be read


class Running:
    """A running session. Close it, or leave the `with` block: that ends all its processes.

    Attributes:
        room: how many jobs it should have under way, so that it never waits for the next one.
    """

    def __init__(
        self,
        course: Course,
        assignment: str,
        *,
        seed: str,
        processes: int,
        expected: int,
        others: Sequence[Path] = (),
        explain: str | None = None,
        layers_off: Sequence[str] | None = None,
        pages: bool = True,
        on_start: Callable[[Job], None] | None = None,
    ) -> None:
        """Start it; that it cannot work is said by the first `take`.

        Args:
            course: the course.
            assignment: name of the assignment.
            seed: text that all random inputs follow from.
            processes: submissions graded side by side.
            expected: how many jobs there will be, about: what pays for many is done before the first.
            others: what one submission's code must not see: the others, and the folders of their results.
            explain: run this step alone, and write what `explanation` says of it beside each results.json.
            layers_off: layers of confinement to leave out; those that the assignment names unless given.
            pages: make feedback.html, too.
            on_start: called by `take` with each job that has begun.

        Raises:
            AssignmentError: the assignment is unknown.
            GradingError: there is no such layer.
        """
        if assignment not in course.assignments():
            course.load(assignment)  # raises the message that names what is there
        if names := unknown(layers_off or ()):
            raise GradingError(f"there is no layer {names[0]!r} to switch off; known: {', '.join(SWITCHABLE)}")
        self.room = processes + AHEAD
        self._jobs: dict[int, Job] = {}
        self._put = 0
        self._on_start = on_start
        plan = {
            "course": str(course.root.resolve()),
            "source": str(course.source(assignment).resolve()),
            "public": str(course.tests("public", assignment).resolve()),
            "hidden": str(course.tests("hidden", assignment).resolve()),
            "seed": seed,
            "processes": processes,
            "expected": expected,
            "others": [str(path.absolute()) for path in others],
            "explain": explain,
            "pages": pages,
            "layers_off": None if layers_off is None else list(layers_off),
        }
        self._zygote = Zygote(expected > 1 or _has_padding_masks(course, assignment))
        self._pipe, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        # For reading alone: a text stream that is written to forgets what it has read ahead.
        self._replies = self._pipe.makefile("r", encoding="utf-8")
        with theirs:
            request = {"entry": "autograder.judging.session:main", "confine": False, "settings": {}}
            fds = [theirs.fileno(), self._zygote.control.fileno()]
            self._lease = Lease(self._zygote.control, request, fds)
        self._send(plan)

    def put(self, job: Job) -> None:
        """Hand over a job."""
        self._jobs[self._put] = job
        self._put += 1
        self._send(
            {
                "submission": str(job.submission.absolute()),  # not `resolve`, which fails on links in circles
                "out": str(job.out.resolve()),
                "digests": dict(job.digests or {}),
            }
        )

    def take(self) -> tuple[Job, dict[str, str]]:
        """Wait for the next job to end; return it with its files by name, which lie in its folder already.

        Raises:
            GradingError: the tests cannot be collected, or the machine confines student code less than the
                assignment demands.
            SessionEnded: the session's process is gone.
        """
        while "begun" in (message := self._receive()):
            if self._on_start:
                self._on_start(self._jobs[message["begun"]])
        return self._jobs.pop(message["done"]), message["files"]

    def close(self) -> None:
        """End it and all its processes."""
        self._lease.close()
        self._pipe.close()
        self._zygote.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _receive(self) -> dict[str, Any]:
        try:
            line = self._replies.readline()
        except OSError:
            line = ""
        if not line.endswith("\n"):
            raise SessionEnded("the grading process ended early")
        message: dict[str, Any] = json.loads(line)
        if "error" in message:
            raise GradingError(message["error"])
        return message

    def _send(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):  # its process is gone: `take` says so
            self._pipe.sendall(json.dumps(message).encode("ascii") + b"\n")
