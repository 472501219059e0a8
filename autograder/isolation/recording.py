"""Remembers what a test said to student code and what came back: for diagnosis and for an instructor's view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from autograder.isolation.engine import Op
from autograder.isolation.faults import StudentError, WorkerLost
from autograder.isolation.verbs import Transport


class Recorded(NamedTuple):
    """One verb and its outcome.

    Attributes:
        op: the verb with its arguments.
        call: how a person would name the call, e.g. `LSTM.forward`.
        reply: what came back; None where there was an error.
        error: what student code raised, or how the worker was lost.
    """

    op: Op
    call: str
    reply: Any = None
    error: StudentError | WorkerLost | None = None


class Recorder:
    """A transport that remembers what passes through another one, until `take` is called."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self._calls: list[Recorded] = []

    @property
    def printed(self) -> list[tuple[str, str]]:
        """What student code has written: see the inner transport."""
        printed: list[tuple[str, str]] = getattr(self._inner, "printed", [])
        return printed

    def request(self, ops: list[Op], calls: Sequence[str]) -> list[Any]:
        """See `verbs.Transport`."""
        try:
            results = self._inner.request(ops, calls)
        except (StudentError, WorkerLost) as error:
            done = len(error.results)
            if isinstance(error, WorkerLost) and not done:  # which of several verbs it was, nobody knows
                done = len(ops) - 1
            results = [*error.results, *[None] * (done - len(error.results))]
            self._calls += map(Recorded, ops[:done], calls[:done], results)
            self._calls.append(Recorded(ops[done], calls[done], error=error))
            raise
        self._calls += map(Recorded, ops, calls, results)
        return results

    def take(self) -> tuple[Recorded, ...]:
        """Return what passed since the last time."""
        taken = tuple(self._calls)
        self._calls.clear()
        return taken
