"""Giving up what a worker must not have: root's powers, and the identity of whoever started it."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import struct
from collections.abc import Iterable

from autograder.isolation.confinement import kernel

_VERSION = struct.pack("=Ii", 0x20080522, 0)  # of the interface for capabilities; 0: this process
_SYS_ADMIN = 21
_LARGEST = 64
_AMBIENT_CLEAR_ALL = 4
# Users that no system hands out. With the number of a running process, no two workers at a time are the same one.
_FIRST_USER = 0x70000000
_NOBODY = 65534


def may_make_namespaces() -> bool:
    """Does this process have the power (CAP_SYS_ADMIN) that all namespaces but a user's need?"""
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then each one's upper half
    try:
        kernel.call("capget", _VERSION, sets)
    except OSError:
        return False
    return bool(sets[0] >> _SYS_ADMIN & 1)


def become_nobody(number: int, needed: Iterable[str]) -> None:
    """Change to a user and group who own nothing, in no other group.

    Args:
        number: of a running process that this one can be told by.
        needed: files that must stay readable.

    Raises:
        OSError: this process is not root, there is no such user here, or a file would become unreadable.
    """
    if os.getuid() != 0:
        raise OSError(0, "not started as root")
    os.setgroups([])
    user = _try_on(_FIRST_USER + number, needed) or _try_on(_NOBODY, needed)
    if not user:
        raise OSError(0, "no other user exists here")
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _try_on(user: int, needed: Iterable[str]) -> int:
    """See as another user whether the files can be read. Returns the user, or 0 where there is none of that number."""
    try:
        os.setegid(user)
        os.seteuid(user)
        for path in needed:
            try:
                os.close(os.open(path, os.O_RDONLY))
            except OSError:
                raise OSError(0, "the interpreter lies in a folder that is closed to other users") from None
    except OSError as error:
        if error.errno != errno.EINVAL:  # in a container that maps few users, most numbers are invalid
            raise
        return 0
    finally:
        os.seteuid(0)
        os.setegid(0)
    return user


def narrow_capabilities() -> None:
    """Bar all capabilities from coming back through a program. Needs root's powers, so it is done before they go."""
    with contextlib.suppress(OSError):  # past the last one, or no powers to begin with
        for number in range(_LARGEST):
            kernel.prctl(kernel.PR_CAPBSET_DROP, number)


def drop_capabilities() -> None:
    """Give up all capabilities."""
    kernel.call("capset", _VERSION, bytes(24))
    with contextlib.suppress(OSError):  # before Linux 4.3 there are none of this kind
        kernel.prctl(kernel.PR_CAP_AMBIENT, _AMBIENT_CLEAR_ALL)


def forbid_new_ones() -> None:
    """Let no program that is started have more powers than this process."""
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)


def hide_memory() -> None:
    """Let no other process of the same user look into this one."""
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
