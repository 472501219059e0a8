"""Processes below a process, and whether they have ended."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path


def family(pid: int) -> list[int]:
    """Ids of the processes that a process has started, and those that they have started."""
    own: list[int] = []
    with contextlib.suppress(OSError):  # it has just ended
        for listing in Path(f"/proc/{pid}/task").glob("*/children"):
            own += map(int, listing.read_text(encoding="ascii").split())
    return [*own, *(below for child in own for below in family(child))]


def ended(pid: int) -> bool:
    """Is a process gone, or soon? A zombie waits only for its parent."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        os.sched_yield()
    return False
