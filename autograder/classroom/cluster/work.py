"""What runs in a worker of the cluster: a grading session of its own, confined as on any machine.

A worker keeps its session, with torch imported and the tests collected, from one submission to the next, and ends
it when it is told to, or when nothing has come for a while.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import threading
import zipfile
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from autograder.authoring.course import Course
from autograder.classroom.cluster.parcel import Parcel, unpack
from autograder.classroom.resume import grader_digest
from autograder.judging.running import GradingError, Job, Running, SessionEnded

IDLE_SECONDS = 60.0
_FAULT = "fault.txt"
_Thing = TypeVar("_Thing")


class Refused(RuntimeError):
    """This worker cannot grade for this class. The message is one line that says why."""


class Failed(RuntimeError):
    """This worker failed on a submission. Another one may not."""


@dataclass(frozen=True)
class Order:
    """What a worker must have to grade for a class.

    Attributes:
        key: tells one class's grading from all others.
        assignment: name of the assignment.
        seed: the class's secret seed.
        grader: what `grader_digest` says where the class is.
        versions: what is installed there, in words.
        course: a zip of the assignment, its tests and its catalogue.
    """

    key: str
    assignment: str
    seed: str
    grader: str
    versions: str
    course: bytes


def installed() -> str:
    """What is installed here, as far as verdicts depend on it, in words."""
    import platform
    from importlib.metadata import version

    from autograder import __version__

    return f"autograder {__version__}, Python {platform.python_version()}, torch {version('torch')}"


def itself(thing: _Thing) -> _Thing:
    """What a cluster makes when it is to keep something."""
    return thing


def prepare(order: Order, dask_worker: Any = None) -> None:
    """Get ready for a class: unpack it, compare versions, and start a session.

    Args:
        order: what is needed.
        dask_worker: the worker, which Dask itself fills in.

    Raises:
        Refused: the grader here is another one.
    """
    _session(order, dask_worker)


def grade(order: Order, parcel: Parcel, digests: dict[str, str]) -> dict[str, str]:
    """Grade a submission; return the files that belong into its folder of results by name.

    Raises:
        Refused: this worker cannot grade for this class.
        Failed: something else went wrong here.
    """
    from distributed import get_worker

    try:
        return _session(order, get_worker()).grade(parcel, digests)
    except Refused:
        raise
    except Exception as error:  # of any kind: not all can travel, and Dask would wait for ever for one that cannot
        raise Failed(f"{type(error).__name__}: {error}") from None


def leave(key: str) -> None:
    """End what was begun for a class."""
    with _lock:
        session = _sessions.pop(key, None)
    if session:
        session.close()


_sessions: dict[str, _Session] = {}
_lock = threading.Lock()


def _session(order: Order, worker: Any) -> _Session:
    with _lock:
        if order.key not in _sessions:
            _sessions[order.key] = _Session(order, worker)
        return _sessions[order.key]


class _Session:
    """A class's grading session in this process, used by all its threads."""

    def __init__(self, order: Order, worker: Any) -> None:
        self._order, self._threads = order, worker.state.nthreads
        # Below the worker's own folder, which Dask clears away where a worker was killed. For nobody else to read.
        self._folder = Path(tempfile.mkdtemp(prefix="autograder-", dir=worker.local_directory))
        self._course = Course(self._folder / "course")
        self._guard = threading.Lock()
        self._running: Running | None = None
        self._waiting: dict[Path, Future[dict[str, str]]] = {}
        self._timer: threading.Timer | None = None
        try:
            with zipfile.ZipFile(io.BytesIO(order.course)) as archive:
                archive.extractall(self._course.root)
            if grader_digest(self._course, order.assignment, order.seed) != order.grader:
                raise Refused(
                    f"it has another grader ({installed()}) than this machine ({order.versions}); "
                    "install the same version of everything in both places"
                )
            self._start()
        except BaseException:
            self.close()
            raise
        self._expire_later()

    def grade(self, parcel: Parcel, digests: dict[str, str]) -> dict[str, str]:
        """Grade a submission."""
        with tempfile.TemporaryDirectory(dir=self._folder) as work:
            out = Path(work).resolve() / "out"
            out.mkdir()
            job = Job(unpack(parcel, Path(work)), out, digests)
            future: Future[dict[str, str]] = Future()
            with self._guard:
                self._stay()
                running = self._running or self._start()
                self._waiting[out] = future
                running.put(job)
            try:
                files = dict(future.result())
            except SessionEnded:
                raise
            except GradingError as error:
                raise Refused(str(error)) from None
            finally:
                self._expire_later()
            if (out / _FAULT).is_file():
                files[_FAULT] = (out / _FAULT).read_text(encoding="utf-8", errors="replace")
            return files

    def close(self) -> None:
        """End the session, and remove what was unpacked."""
        self._stay()
        running, self._running = self._running, None
        if running:
            running.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> Running:
        order = self._order
        running = Running(
            self._course,
            order.assignment,
            seed=order.seed,
            processes=self._threads,
            expected=1000,  # as many as come
        )
        self._running = running
        threading.Thread(target=self._hand_out, args=(running,), daemon=True).start()
        return running

    def _hand_out(self, running: Running) -> None:
        """Give each result to the thread that waits for it."""
        try:
            while True:
                job, files = running.take()
                self._waiting.pop(job.out).set_result(files)
        except GradingError as error:
            with self._guard:
                if self._running is running:
                    self._running = None
                waiting, self._waiting = self._waiting, {}
            for future in waiting.values():
                future.set_exception(error)

    def _expire_later(self) -> None:
        """End the session after a while without work: whoever began it may be gone without a word."""
        with self._guard:
            if not self._waiting:
                self._stay()
                self._timer = threading.Timer(IDLE_SECONDS, leave, (self._order.key,))
                self._timer.daemon = True
                self._timer.start()

    def _stay(self) -> None:
        if self._timer:
            self._timer.cancel()
