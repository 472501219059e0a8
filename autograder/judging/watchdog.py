"""Ends a test that works on after the submission's time is over: what student code returned may be made to be slow."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterator

from autograder.isolation.faults import WorkerLost

_GRACE_SECONDS = 1.0  # the call in flight has ended by itself by then, and says it better


@contextlib.contextmanager
def ended_after(deadline: float | None) -> Iterator[None]:
    """Raise WorkerLost in whatever runs inside, a second after a moment of `time.monotonic`; None is never.

    In the main thread of a process on Linux or macOS only: where the grader runs.
    """
    if deadline is None:
        yield
        return
    before = signal.signal(signal.SIGALRM, _end)
    signal.setitimer(signal.ITIMER_REAL, max(deadline - time.monotonic(), 0.0) + _GRACE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _end(*_: object) -> None:
    raise WorkerLost("the test", "spent", "the test was ended: the submission's time was used up")
