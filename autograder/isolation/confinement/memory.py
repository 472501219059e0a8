"""What all processes of a submission hold in memory together: the kernel bounds each of them alone."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

_INTERVAL = 0.05  # seconds between two looks
_MOST_PROCESSES = 1000


def can_be_watched() -> bool:
    """Does this system tell which processes a process has started?"""
    return Path("/proc/thread-self/children").exists()


def wait_within(pid: int, limit: float) -> bool:
    """Wait until a child has ended; end it once its whole family holds more than a limit.

    A process on its own is left to its own limits. What processes share since a fork counts for each of them, but not
    what they share with this one: the interpreter and its packages.

    Args:
        pid: the child.
        limit: bytes of private memory.

    Returns:
        Whether the limit was exceeded.
    """
    if not can_be_watched():
        os.waitpid(pid, 0)
        return False
    base = _private(os.getpid())
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    while os.waitpid(pid, os.WNOHANG)[0] == 0:
        signal.sigtimedwait({signal.SIGCHLD}, _INTERVAL)
        family = list(_family())
        if len(family) > 1 and sum(max(0, _private(member) - base) for member in family) > limit:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return True
    return False


def _family() -> Iterator[int]:
    """Ids of all descendants of this process."""
    waiting = [os.getpid()]
    for _ in range(_MOST_PROCESSES):
        if not waiting:
            return
        parent = waiting.pop()
        with contextlib.suppress(OSError):  # it has ended meanwhile
            for thread in os.scandir(f"/proc/{parent}/task"):
                children = Path(thread.path, "children").read_text(encoding="ascii")
                found = [int(pid) for pid in children.split()]
                yield from found
                waiting += found


def _private(pid: int) -> int:
    """Bytes of memory that belong to a process and to no file; 0 where it has ended."""
    with contextlib.suppress(OSError):
        numbers = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
        return (int(numbers[1]) - int(numbers[2])) * resource.getpagesize()
    return 0
