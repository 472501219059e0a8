"""Confinement of a worker: every layer that the machine offers is used and reported.

A layer that cannot be applied is named in the report, never skipped in silence.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

_CLONE_NEWNS, _CLONE_NEWIPC, _CLONE_NEWUSER = 0x00020000, 0x08000000, 0x10000000
_CLONE_NEWPID, _CLONE_NEWNET = 0x20000000, 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 2, 4, 8, 16384, 1 << 18
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_FILE_BYTES = 16 << 20
_OPEN_FILES = 128
_PROCESSES = 64

Report = dict[str, str]


def enter_namespaces() -> Report:
    """Give this process its own network, IPC, mount and PID namespaces, where the machine allows.

    The PID namespace holds the children that are forked from now on. Returns each layer with `on`, or the
    reason why it is off.
    """
    if sys.platform != "linux":
        return dict.fromkeys(("network", "ipc", "mount", "pid"), f"off: not on {sys.platform}")
    report: Report = {}
    uid, gid = os.getuid(), os.getgid()
    wanted = {"network": _CLONE_NEWNET, "ipc": _CLONE_NEWIPC, "mount": _CLONE_NEWNS, "pid": _CLONE_NEWPID}
    if uid != 0 and _unshare(_CLONE_NEWUSER) is None:
        # Without privileges the other namespaces need a user namespace around them.
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    for layer, flag in wanted.items():
        report[layer] = _unshare(flag) or "on"
    return report


def hide_processes(report: Report) -> None:
    """Mount a /proc of the own PID namespace, so that no other process is in view. Updates the report."""
    if report.get("mount") != "on" or report.get("pid") != "on":
        return
    failed = _mount(b"none", b"/", None, _MS_REC | _MS_PRIVATE) or _mount(
        b"proc", b"/proc", b"proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    )
    report["proc"] = failed or "on"


def limit(memory_mb: int, cpu_seconds: int, report: Report) -> None:
    """Apply rlimits, no_new_privs and death with the parent to this process. Updates the report.

    Args:
        memory_mb: MiB of private memory beyond what the process has now.
        cpu_seconds: CPU seconds of the process.
        report: layers by name; `limits` and `no_new_privs` are set.
    """
    limits = {
        "CPU": cpu_seconds,
        "DATA": _data_bytes() + (memory_mb << 20),
        "FSIZE": _FILE_BYTES,
        "NOFILE": _OPEN_FILES,
        "CORE": 0,
        "NPROC": _PROCESSES,
    }
    refused = [name for name, value in limits.items() if not _set_limit(name, value)]
    report["limits"] = f"on, without {', '.join(refused)}" if refused else "on"
    if sys.platform == "linux":
        signal_when_parent_dies(signal.SIGKILL)
        failed = _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        report["no_new_privs"] = failed or "on"
    else:
        report["no_new_privs"] = f"off: not on {sys.platform}"


def _set_limit(name: str, value: int) -> bool:
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


def _data_bytes() -> int:
    """Private writable memory that this process has already, in bytes; 0 where that cannot be read."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[5])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize()


def _libc_call(name: str) -> Callable[..., int]:
    function = getattr(ctypes.CDLL(None, use_errno=True), name)

    def call(*arguments: object) -> int:
        ctypes.set_errno(0)
        return int(function(*arguments))

    return call


def _failure(result: int) -> str | None:
    return None if result == 0 else f"off: {os.strerror(ctypes.get_errno())}"


def _unshare(flag: int) -> str | None:
    return _failure(_libc_call("unshare")(flag))


def _prctl(option: int, value: int) -> str | None:
    zero = ctypes.c_ulong(0)
    return _failure(_libc_call("prctl")(option, ctypes.c_ulong(value), zero, zero, zero))


def _mount(what: bytes, where: bytes, kind: bytes | None, flags: int) -> str | None:
    return _failure(_libc_call("mount")(what, where, kind, ctypes.c_ulong(flags), None))


def signal_when_parent_dies(number: int) -> None:
    """Ask the kernel to send this process a signal when its parent ends (Linux only)."""
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, number)
