"""What a worker may use up: memory, CPU, files, processes."""

from __future__ import annotations

import contextlib
import os
import resource
from pathlib import Path

_FILE_BYTES = 16 << 20
_OPEN_FILES = 128
_PROCESSES = 32  # threads count
# Mapped beyond what RLIMIT_DATA counts: libraries that are imported late, stacks, what threads reserve.
_MAPPED_BEYOND = 2 << 30


def limit(memory_mb: int, cpu_seconds: int) -> list[str]:
    """Bound this process and its children.

    Args:
        memory_mb: MiB of private memory beyond what the process has now.
        cpu_seconds: CPU seconds of each process.

    Returns:
        The names of the limits that this system does not take.
    """
    mapped, private = _memory_now()
    limits = {
        "CPU": cpu_seconds,
        "DATA": private + (memory_mb << 20),
        "FSIZE": _FILE_BYTES,
        "NOFILE": _OPEN_FILES,
        "CORE": 0,
        "NPROC": _PROCESSES + _others(),
    }
    if mapped:
        # For shared memory, which RLIMIT_DATA leaves out. CUDA's libraries map tens of GB, but have done so by now.
        limits["AS"] = mapped + (memory_mb << 20) + _MAPPED_BEYOND
    with contextlib.suppress(OSError):
        # If the machine runs out of memory all the same, this is the process to end.
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    return [name for name, value in limits.items() if not _set(name, value)]


def _set(name: str, value: int) -> bool:
    number = getattr(resource, "RLIMIT_" + name, None)
    if number is None:
        return False
    hard = resource.getrlimit(number)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(number, (value, value))
    except (ValueError, OSError):
        return False
    return True


def _memory_now() -> tuple[int, int]:
    """Bytes that this process has mapped, and those of them that are private and writable; 0 where unknown."""
    try:
        numbers = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0, 0
    page = resource.getpagesize()
    return int(numbers[0]) * page, int(numbers[5]) * page


def _others() -> int:
    """Threads that this user runs already: the kernel counts them in. None for root, who gets a user of its own."""
    if os.getuid() == 0:
        return 0
    count = 0
    with contextlib.suppress(OSError):
        for entry in os.scandir("/proc"):
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and entry.stat().st_uid == os.getuid():
                    count += os.stat(f"/proc/{entry.name}/task").st_nlink - 2  # noqa: PTH116
    return count
