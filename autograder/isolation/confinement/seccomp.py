"""A filter on system calls: what no exercise needs fails with "Operation not permitted"."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterable, Iterator

from autograder.isolation.confinement import kernel, syscalls

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # as <linux/audit.h> numbers them
_X32 = 0x40000000  # from here on, x86_64's other set of numbers
_LOAD, _AND, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_KILL, _ALLOW = 0x80000000, 0x7FFF0000
_REFUSE, _UNKNOWN = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # places in what the filter looks at
_MODE_FILTER = 2
_WHOLE = 0xFFFFFFFF
_NEW_NAMESPACES = 0x7E020000
_SHARED_ANONYMOUS = 0x21
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
Instruction = tuple[int, int, int, int]


def forbid_calls() -> None:
    """Install the filter for this process and its children, for good.

    Raises:
        OSError: the kernel refuses, or this processor's numbers are not known here.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES or sys.maxsize < 1 << 32:
        raise OSError(0, f"system calls of {machine} are not known")
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in _program(machine)))
    program = struct.pack("HP", len(code) // 8, ctypes.addressof(code))
    kernel.prctl(kernel.PR_SET_SECCOMP, _MODE_FILTER, program)


def _program(machine: str) -> Iterator[Instruction]:
    """Each rule decides about some calls; the others fall through to the next."""
    column = list(_ARCHITECTURES).index(machine)
    own = os.getpid()
    yield _LOAD, 0, 0, _ARCHITECTURE
    yield _EQUAL, 1, 0, _ARCHITECTURES[machine]
    yield _RETURN, 0, 0, _KILL
    yield _LOAD, 0, 0, _NUMBER
    yield from _if(_AT_LEAST, _X32, _KILL)
    yield from _if(_AT_LEAST, syscalls.UNKNOWN_FROM, _UNKNOWN)
    for numbers in syscalls.REFUSED.values():
        if numbers[column]:
            yield from _if(_EQUAL, numbers[column], _REFUSE)
    # The flags of clone3 lie in memory, where a filter cannot look; C libraries then use clone.
    yield from _if(_EQUAL, syscalls.CLONE3[column], _UNKNOWN)
    yield from _by_argument(syscalls.CLONE[column], 0, _NEW_NAMESPACES, [0], _ALLOW, _REFUSE)
    yield from _by_argument(syscalls.MMAP[column], 3, _SHARED_ANONYMOUS, [_SHARED_ANONYMOUS], _REFUSE, _ALLOW)
    yield from _by_argument(syscalls.IOCTL[column], 1, _WHOLE, _TERMINAL_INPUT, _REFUSE, _ALLOW)
    # Signals to this process itself, which is what abort() sends.
    yield from _by_argument(syscalls.KILL[column], 0, _WHOLE, [own], _ALLOW, _REFUSE)
    yield from _by_argument(syscalls.TGKILL[column], 0, _WHOLE, [own], _ALLOW, _REFUSE)
    yield from _by_argument(syscalls.PRLIMIT[column], 0, _WHOLE, [0, own], _ALLOW, _REFUSE)
    yield _RETURN, 0, 0, _ALLOW


def _if(test: int, value: int, result: int) -> Iterator[Instruction]:
    yield test, 0, 1, value
    yield _RETURN, 0, 0, result


def _by_argument(
    number: int, argument: int, mask: int, values: Iterable[int], result: int, otherwise: int
) -> Iterator[Instruction]:
    """Decide about one call: is an argument, seen through a mask, one of these values?"""
    body = [(_LOAD, 0, 0, _ARGUMENTS + 8 * argument), (_AND, 0, 0, mask)]
    for value in values:
        body += _if(_EQUAL, value, result)
    body.append((_RETURN, 0, 0, otherwise))
    yield _EQUAL, 0, len(body), number
    yield from body
