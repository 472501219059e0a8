"""The transport to a confined worker, from the trusted side.

A worker that hangs, dies or breaks the protocol costs the call in flight; the next verb gets a new worker.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.isolation import wire
from autograder.isolation.engine import Op
from autograder.isolation.faults import StudentError, WorkerLost
from autograder.isolation.local import student_error, without_torch_warnings
from autograder.isolation.zygote import Lease

_STRIKES = 2  # calls of one name that may be lost before it is not tried again
_START_SECONDS = 20.0
_SHOWN_OUTPUT = 4096
WORKER = "autograder.isolation.worker:main"


@dataclass(frozen=True)
class Confinement:
    """Limits of a worker: seconds a call, seconds of CPU in all, MiB of memory."""

    call_seconds: float
    cpu_seconds: int
    memory_mb: int


@dataclass
class RemoteTransport:
    """Runs verbs in a worker.

    Attributes:
        control: the fork server's control socket.
        sources: module file to source text.
        owners: class or function to module file.
        stand_ins: source text of the assignment's stand-ins.
        limits: what a worker may use.
        deadline: `time.monotonic` by which the whole submission must be done.
        printed: what student code has written to file descriptors 1 and 2: pairs of (call, text).
        layers: what the worker's confinement reported; empty before the first worker.
    """

    control: socket.socket
    sources: Mapping[str, str]
    owners: Mapping[str, str]
    stand_ins: str
    limits: Confinement
    deadline: float
    printed: list[tuple[str, str]] = field(default_factory=list)
    layers: dict[str, str] = field(default_factory=dict)
    _worker: _Worker | None = None
    _strikes: dict[str, int] = field(default_factory=dict)
    _imported: set[str] = field(default_factory=set)
    _broken: dict[str, StudentError | WorkerLost] = field(default_factory=dict)

    def begin_step(self) -> None:
        """Forget the strikes of earlier steps: each step is judged by itself."""
        self._strikes.clear()

    def request(self, ops: list[Op], call: str) -> list[Any]:
        """See `handles.Transport`."""
        for op in ops:
            if op["op"] in ("build", "function"):
                self._import(op["name"])
        return self._exchange(ops, call)

    def close(self) -> None:
        """End the worker, if one is running."""
        if self._worker:
            self._worker.close()
            self._worker = None
            self._imported.clear()

    def _import(self, name: str) -> None:
        """Import the module of a class once a worker, as a call of its own; a module that failed is not retried."""
        path = self.owners[name]
        if path in self._broken:
            raise self._broken[path]
        if path in self._imported:
            return
        try:
            self._exchange([{"op": "import", "name": name}], f"import of {path}")
        except (StudentError, WorkerLost) as error:
            if not (isinstance(error, WorkerLost) and error.reason == "spent"):
                self._broken[path] = error
            raise
        self._imported.add(path)

    def _exchange(self, ops: list[Op], call: str) -> list[Any]:
        if self._strikes.get(call, 0) >= _STRIKES:
            raise WorkerLost(call, "spent", f"{call} was not tried again after {_STRIKES} lost calls")
        now = time.monotonic()
        if now >= self.deadline:
            raise WorkerLost(call, "spent", f"{call} was not run: the submission's time was used up")
        try:
            worker = self._worker or self._start()
            replies = worker.exchange(ops, min(now + self.limits.call_seconds, self.deadline))
            results = [self._result(reply, call) for reply in replies]
            if len(results) != len(ops):
                raise wire.ProtocolError("a reply of the wrong length")
            return results
        except StudentError:
            raise
        except TimeoutError:
            raise self._lost(
                call, "timeout", f"{call} did not end within {self.limits.call_seconds:g} seconds"
            ) from None
        except wire.Closed:
            raise self._lost(call, "died", f"{call} ended the whole Python process") from None
        except (
            wire.ProtocolError,
            TypeError,
            ValueError,
            KeyError,
            IndexError,
            AttributeError,
            OverflowError,
        ):
            raise self._lost(call, "protocol", f"{call} returned something that cannot be read") from None
        finally:
            self._collect_output(call)

    @staticmethod
    def _result(reply: Any, call: str) -> Any:
        if "error" in reply:
            raise student_error(reply["error"], call)
        return reply["ok"]

    def _lost(self, call: str, reason: str, message: str) -> WorkerLost:
        self._strikes[call] = self._strikes.get(call, 0) + 1
        self._collect_output(call)
        self.close()
        return WorkerLost(call, reason, message)

    def _start(self) -> _Worker:
        self._worker = _Worker(self.control, self.limits)
        self.layers = self._worker.begin(
            {"modules": dict(self.sources), "owners": dict(self.owners), "stand_ins": self.stand_ins}
        )
        return self._worker

    def _collect_output(self, call: str) -> None:
        text = self._worker.output() if self._worker else ""
        if text:
            self.printed.append((call, text))


class _Worker:
    """One worker process and the files that its output goes to."""

    def __init__(self, control: socket.socket, limits: Confinement) -> None:
        self._pipe, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._files = [_memory_file(name) for name in ("stdout", "stderr", "warnings")]
        settings = {"memory_mb": limits.memory_mb, "cpu_seconds": limits.cpu_seconds}
        with theirs:
            self._lease = Lease(
                control,
                {"entry": WORKER, "confine": True, "settings": settings},
                [theirs.fileno(), *self._files],
            )
        self._number = 0

    def begin(self, setup: dict[str, Any]) -> dict[str, str]:
        """Wait until the worker is confined, then hand it the submission. Returns its layers."""
        deadline = time.monotonic() + _START_SECONDS
        hello = wire.receive(self._pipe, deadline)
        wire.send(self._pipe, wire.pack(setup), deadline)
        return {str(layer): str(state)[:200] for layer, state in hello["layers"].items()}

    def exchange(self, ops: list[Op], deadline: float) -> list[Any]:
        """Send verbs and receive their replies.

        Raises:
            TimeoutError, wire.Closed, wire.ProtocolError: the worker is of no further use.
        """
        self._number += 1
        wire.send(self._pipe, wire.pack((self._number, ops)), deadline)
        reply = wire.receive(self._pipe, deadline)
        if reply["number"] != self._number:
            raise wire.ProtocolError("an answer to another request")
        return list(reply["replies"])

    def output(self) -> str:
        """Take what was written to standard output and standard error since the last time."""
        texts = []
        for fd in self._files[:2]:
            if size := os.fstat(fd).st_size:
                texts.append(os.pread(fd, _SHOWN_OUTPUT, 0).decode("utf-8", "replace"))
                if size > _SHOWN_OUTPUT:
                    texts[-1] += "…"
                os.ftruncate(fd, 0)
        return "".join(text for text in map(without_torch_warnings, texts) if text)

    def close(self) -> None:
        """Kill the process and let go of its files."""
        self._lease.close()
        self._pipe.close()
        for fd in self._files:
            os.close(fd)


def _memory_file(name: str) -> int:
    """A file in memory that is appended to, whoever truncates it meanwhile."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create(name)
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    with contextlib.suppress(OSError):
        fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_APPEND)
    return fd
