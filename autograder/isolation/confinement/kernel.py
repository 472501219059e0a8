"""Calls to the kernel that Python does not offer itself. All raise OSError where the kernel refuses."""

from __future__ import annotations

import ctypes
import os

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 36, 38, 47

_LIBC = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> int:
    """Call a function of the C library by name.

    Integers are passed as C longs: the arguments of a system call are registers.

    Raises:
        OSError: it returned a negative number, or there is no such function here.
    """
    try:
        function = getattr(_LIBC, name)
    except AttributeError:
        raise OSError(0, f"no {name} on this system") from None
    ctypes.set_errno(0)
    result = int(function(*(ctypes.c_long(value) if isinstance(value, int) else value for value in arguments)))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def system_call(number: int, *arguments: object) -> int:
    """Make a system call that the C library has no function for."""
    return call("syscall", number, *arguments)


def unshare(flags: int) -> None:
    """Leave namespaces for new ones."""
    call("unshare", flags)


def prctl(option: int, *values: object) -> None:
    """Change an attribute of this process."""
    call("prctl", option, *values, *([0] * (4 - len(values))))


def mount(what: str, where: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """Mount a file system, bind a folder, or change how something is mounted."""
    texts = [None if text is None else os.fsencode(text) for text in (what, where, kind, options)]
    call("mount", *texts[:3], flags, texts[3])


def unmount(where: str) -> None:
    """Take a mount out of the tree of folders at once, even if it is in use."""
    call("umount2", os.fsencode(where), MNT_DETACH)
