"""The transport to a confined worker, from the trusted side.

A worker that hangs, dies, breaks the protocol or exceeds a limit costs the call in flight; the next verb gets a new
worker.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.isolation.engine import Op
from autograder.isolation.faults import GraderFault, OverLimit, StudentError, WorkerLost, named
from autograder.isolation.local import student_error
from autograder.isolation.verbs import after_imports
from autograder.isolation.wire.connection import Connection
from autograder.isolation.wire.unpacking import ProtocolError
from autograder.isolation.wire.wire import Closed

MAX_CALLS = 20_000
MAX_RECEIVED = 256 << 20
_STUDENT_CODE = frozenset({"import", "build", "function", "call", "gradients"})
_STRIKES = 2  # calls of one name that may be lost before it is not tried again
# What Python and torch say when RLIMIT_DATA refuses them memory.
_NO_MEMORY = ("not enough memory", "Cannot allocate memory", "can't allocate memory")
# The last words of the interpreter and of the C and C++ runtimes when they give up: not student code's own output.
_LAST_WORDS = re.compile(
    r"^(Fatal Python error: |terminate called |libc\+\+abi: |\*\*\* stack smashing detected|(python\S*: )?"
    r"(malloc|free|realloc|munmap_chunk|double free|corrupted )\b[^\n]*[:(]).*",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Confinement:
    """Limits of a worker: seconds a call, seconds of CPU in all, MiB of memory; and the layers to leave out."""

    call_seconds: float
    cpu_seconds: int
    memory_mb: int
    layers_off: tuple[str, ...] = ()


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
    _worker: Connection | None = None
    _fault: GraderFault | None = None
    _calls: int = 0
    _received: int = 0
    _strikes: dict[str, int] = field(default_factory=dict)
    _imported: set[str] = field(default_factory=set)
    _broken: dict[str, StudentError | WorkerLost] = field(default_factory=dict)

    def begin_step(self) -> None:
        """Forget the strikes of earlier steps: each step is judged by itself."""
        self._strikes.clear()

    def request(self, ops: list[Op], calls: Sequence[str]) -> list[Any]:
        """See `verbs.Transport`."""
        return after_imports(ops, calls, self._import, self._exchange)

    def close(self) -> bool:
        """End the worker, if one is running; had it and its children outgrown their memory?"""
        if not self._worker:
            return False
        self._received += self._worker.received
        outgrown = self._worker.close()
        self._worker = None
        self._imported.clear()
        return outgrown

    def _import(self, name: str) -> None:
        """Import the module of a class once a worker, as a call of its own; a module that failed is not retried."""
        path = self.owners[name]
        if path in self._broken:
            raise self._broken[path]
        if path in self._imported:
            return
        try:
            self._exchange([{"op": "import", "name": name}], [f"import of {path}"])
        except (StudentError, WorkerLost) as error:
            if not (isinstance(error, WorkerLost) and error.reason == "spent"):
                self._broken[path] = error
            raise
        self._imported.add(path)

    def _exchange(self, ops: list[Op], calls: Sequence[str]) -> list[Any]:
        call, seconds = named(calls), self._seconds_of(ops)
        self._require_rest(call)
        try:
            worker = self._worker or self._start()
            deadline = min(time.monotonic() + seconds, self.deadline)
            replies = worker.exchange(ops, deadline)
            results: list[Any] = []
            for reply, own in zip(replies, calls, strict=False):  # an error is the last of them
                results.append(self._result(reply, own, results))
            if len(replies) != len(ops):
                raise ProtocolError("a reply of the wrong length")
            return results
        except TimeoutError:
            raise self._lost(call, "timeout", self._too_slow(seconds)) from None
        except Closed:
            raise self._lost(call, "died", "ended the whole Python process") from None
        except OverLimit as error:
            raise self._lost(call, "size", f"returned {error}") from None
        except (ProtocolError, TypeError, ValueError, LookupError, AttributeError, OverflowError):
            raise self._lost(call, "protocol", "returned something that cannot be read") from None
        finally:
            self._collect_output(call)

    def _require_rest(self, call: str) -> None:
        """Refuse a call once a limit of the submission is reached, or after two that were lost."""
        self._calls += 1
        received = self._received + (self._worker.received if self._worker else 0)
        reason = ""
        if self._fault:
            raise self._fault
        if self._strikes.get(call, 0) >= _STRIKES:
            reason = f"tried again after {_STRIKES} lost calls"
        elif time.monotonic() >= self.deadline:
            reason = "run: the submission's time was used up"
        elif received > MAX_RECEIVED:
            reason = f"run: earlier calls have returned more than {MAX_RECEIVED >> 20} MiB, the limit of a submission"
        elif self._calls > MAX_CALLS:
            reason = f"run: there were {MAX_CALLS} calls before it, the limit of a submission"
        if reason:
            raise WorkerLost(call, "spent", f"{call} was not {reason}")

    def _result(self, reply: Any, call: str, results: Sequence[Any]) -> Any:
        if "error" not in reply:
            return reply["ok"]
        error = student_error(reply["error"], call, results)
        if error.kind == "MemoryError" or any(words in error.text for words in _NO_MEMORY):
            place = f" (in {error.frames[-1].file}, line {error.frames[-1].line})" if error.frames else ""
            limit = f"{call} needed more memory than the {self.limits.memory_mb} MiB that are the limit{place}"
            raise WorkerLost(call, "memory", limit)
        raise error

    def _seconds_of(self, ops: list[Op]) -> float:
        """What a message may take: a call's time, and a fifth of it for each further one.

        So right answers have time enough on a slow machine, and one that hangs does not cost the time of all.
        """
        calls = sum(op["op"] in _STUDENT_CODE for op in ops)
        return self.limits.call_seconds * (1 + max(0, calls - 1) / 5)

    def _too_slow(self, seconds: float) -> str:
        if time.monotonic() >= self.deadline:
            return "did not end before the submission's time was used up"
        return f"did not end within {seconds:g} seconds"

    def _lost(self, call: str, reason: str, what: str) -> WorkerLost:
        self._strikes[call] = self._strikes.get(call, 0) + 1
        self._collect_output(call, ended=reason == "died")
        if self.close():
            limit = f"needed, with the processes that were started, more memory than the {self.limits.memory_mb} MiB"
            return WorkerLost(call, "memory", f"{call} {limit} that are the limit")
        return WorkerLost(call, reason, f"{call} {what}")

    def _start(self) -> Connection:
        settings = {
            "memory_mb": self.limits.memory_mb,
            "cpu_seconds": self.limits.cpu_seconds,
            "off": list(self.limits.layers_off),
        }
        self._worker = Connection(self.control, settings)
        setup = {"modules": dict(self.sources), "owners": dict(self.owners), "stand_ins": self.stand_ins}
        try:
            self._worker.begin(setup)
        except GraderFault as fault:
            self._fault = fault
            self.close()
            raise
        self.layers = self._worker.layers
        return self._worker

    def _collect_output(self, call: str, ended: bool = False) -> None:
        text = self._worker.output() if self._worker else ""
        if ended:
            text = _LAST_WORDS.sub("", text)
        if text:
            self.printed.append((call, text))
