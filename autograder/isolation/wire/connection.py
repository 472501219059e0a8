"""One worker process as the trusted side sees it: its pipe, the files that its output goes to, its lease."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import tempfile
import time
from collections.abc import Mapping
from typing import Any

from autograder.isolation.engine import Op
from autograder.isolation.faults import GraderFault, OverLimit
from autograder.isolation.local import without_torch_warnings
from autograder.isolation.wire import wire
from autograder.isolation.wire.packing import pack
from autograder.isolation.wire.unpacking import ProtocolError, unpack
from autograder.isolation.zygote import Lease

WORKER = "autograder.isolation.worker:main"
_START_SECONDS = 20.0
_SHOWN_OUTPUT = 4096


class Connection:
    """A worker, from its start to its end.

    Args:
        control: the fork server's control socket.
        settings: what its confinement needs: `memory_mb`, `cpu_seconds` and `off`.

    Attributes:
        layers: what its confinement reported.
        received: bytes of all its replies.
    """

    def __init__(self, control: socket.socket, settings: Mapping[str, Any]) -> None:
        self._pipe, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._files = [_memory_file(name) for name in ("stdout", "stderr", "warnings")]
        with theirs:
            self._lease = Lease(
                control,
                {"entry": WORKER, "confine": True, "settings": dict(settings)},
                [theirs.fileno(), *self._files],
            )
        self._seen: dict[int, int] = {}
        self._number = 0
        self.layers: dict[str, str] = {}
        self.received = 0

    def begin(self, setup: Mapping[str, Any]) -> None:
        """Hand the submission to the worker, and wait until it is confined and has loaded what is ours.

        No student code has run by then: whatever goes wrong here is the grader's fault.

        Raises:
            GraderFault: it could not.
        """
        deadline = time.monotonic() + _START_SECONDS
        try:
            wire.send(self._pipe, pack(dict(setup)), deadline)
            hello = unpack(wire.receive(self._pipe, deadline))
        except (TimeoutError, wire.Closed, ProtocolError, OverLimit) as error:
            raise GraderFault(f"a worker could not be started ({type(error).__name__})") from None
        if hello["fault"]:
            raise GraderFault(f"stand_ins.py cannot be loaded: {hello['fault']}")
        self.layers = {str(layer): str(state)[:200] for layer, state in hello["layers"].items()}

    def exchange(self, ops: list[Op], deadline: float) -> list[Any]:
        """Send verbs and receive their replies.

        Raises:
            TimeoutError, wire.Closed, ProtocolError, OverLimit: the worker is of no further use.
        """
        self._number += 1
        wire.send(self._pipe, pack([self._number, ops]), deadline)
        frame = wire.receive(self._pipe, deadline)
        self.received += len(frame)
        number, replies = unpack(frame)
        if number != self._number:
            raise ProtocolError("an answer to another request")
        return list(replies)

    def output(self) -> str:
        """Take what was written to standard output and standard error since the last time."""
        texts = []
        out, err = self._files[:2]
        for fd in (out, err):
            size, seen = os.fstat(fd).st_size, self._seen.get(fd, 0)
            if size > seen:
                text = os.pread(fd, min(size - seen, _SHOWN_OUTPUT), seen).decode("utf-8", "replace")
                texts.append(without_torch_warnings(text) if fd == err else text)
                if size - seen > _SHOWN_OUTPUT:
                    texts[-1] += "…"
                self._seen[fd] = size
        return "".join(texts)

    def close(self) -> bool:
        """Kill the process and let go of its files; had it and its children outgrown their memory?"""
        outgrown = self._lease.close()
        self._pipe.close()
        for fd in self._files:
            os.close(fd)
        return outgrown


def _memory_file(name: str) -> int:
    """A file in memory that is appended to and, where the system can see to that, never made shorter."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK)
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    with contextlib.suppress(OSError):
        fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_APPEND)
    return fd
