"""The filter on system calls: simulated for both architectures, and asked of the kernel."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator

import pytest
from sandbox_kit import Remote, call, only, workers

from autograder.isolation.confinement import seccomp, syscalls
from autograder.isolation.zygote import Zygote


@pytest.fixture
def remote(zygote: Zygote) -> Iterator[Remote]:
    """Start a worker; see `workers`."""
    with workers(zygote) as make:
        yield make


CALLS = """
import ctypes, errno, os
def f(numbers):
    libc = ctypes.CDLL(None, use_errno=True)
    found = []
    for number, *arguments in numbers:
        result = libc.syscall(*[ctypes.c_long(value) for value in (number, *arguments)])
        found.append(errno.errorcode[ctypes.get_errno()] if result < 0 else "ok")
    return found
"""


def simulate(machine: str, number: int, *arguments: int, architecture: int | None = None) -> int:
    """What a filter says to a system call: a small machine that runs its program."""
    place, value = 0, 0
    program = list(seccomp._program(machine))
    audit = seccomp._ARCHITECTURES[machine] if architecture is None else architecture
    words = {0: number, 4: audit, **{16 + 8 * n: argument & 0xFFFFFFFF for n, argument in enumerate(arguments)}}
    while True:
        code, yes, no, k = program[place]
        place += 1
        if code == 0x20:
            value = words[k]
        elif code == 0x54:
            value &= k
        elif code == 0x15:
            place += yes if value == k else no
        elif code == 0x35:
            place += yes if value >= k else no
        else:
            assert code == 0x06
            return k


@pytest.mark.parametrize(("machine", "column", "read"), [("x86_64", 0, 0), ("aarch64", 1, 63)])
def test_the_filter_decides_as_it_should_on_both_architectures(machine: str, column: int, read: int) -> None:
    allow, refuse, unknown, kill = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
    for name, numbers in syscalls.REFUSED.items():
        if numbers[column]:
            assert simulate(machine, numbers[column], 0, 0, 0, 0, 0, 0) == refuse, name
    ask = {name: getattr(syscalls, name)[column] for name in ("CLONE", "CLONE3", "MMAP", "IOCTL", "KILL", "TGKILL")}
    ask["PRLIMIT"] = syscalls.PRLIMIT[column]
    own = os.getpid()
    cases = [
        ((read, 0, 0, 0), allow),
        ((ask["CLONE"], 0x00010F00), allow),  # a thread
        ((ask["CLONE"], 17), allow),  # a fork
        ((ask["CLONE"], 0x10000011), refuse),  # a user namespace
        ((ask["CLONE"], 0x00020011), refuse),  # a mount namespace
        ((ask["CLONE3"], 0, 0), unknown),
        ((ask["MMAP"], 0, 4096, 3, 0x22), allow),  # private
        ((ask["MMAP"], 0, 4096, 3, 0x01), allow),  # of a file
        ((ask["MMAP"], 0, 4096, 3, 0x21), refuse),  # shared, of no file
        ((ask["MMAP"], 0, 4096, 3, 0x23), refuse),
        ((ask["IOCTL"], 0, 0x5401), allow),
        ((ask["IOCTL"], 0, 0x5412), refuse),
        ((ask["IOCTL"], 0, 0x1_0000_5412), refuse),  # the kernel looks at the lower half only, and so do we
        ((ask["KILL"], own, 9), allow),
        ((ask["KILL"], -1, 9), refuse),
        ((ask["KILL"], own + 1, 9), refuse),
        ((ask["TGKILL"], own, own, 6), allow),
        ((ask["TGKILL"], 1 if own != 1 else 2, 1, 6), refuse),
        ((ask["PRLIMIT"], 0, 7), allow),
        ((ask["PRLIMIT"], own + 1, 7), refuse),
        ((1000,), unknown),
        ((0x40000000 + 59,), kill),
    ]
    for (number, *arguments), expected in cases:
        assert simulate(machine, number, *arguments) == expected, (number, arguments)
    assert simulate(machine, read, 0, 0, 0, architecture=0x40000003) == kill  # 32-bit


def test_the_numbers_are_told_apart() -> None:
    looked_at = (syscalls.KILL, syscalls.TGKILL, syscalls.CLONE, syscalls.CLONE3, syscalls.IOCTL, syscalls.MMAP)
    for column in (0, 1):
        numbers = [pair[column] for pair in (*syscalls.REFUSED.values(), *looked_at, syscalls.PRLIMIT) if pair[column]]
        assert len(set(numbers)) == len(numbers)
        assert max(numbers) < syscalls.UNKNOWN_FROM


def test_the_kernel_refuses_what_the_filter_names(remote: Remote) -> None:
    # Without capabilities, and with senseless arguments: nothing happens even where it is not refused.
    transport = remote(CALLS, only("no_new_privs", "seccomp", "capabilities"))
    column = {"x86_64": 0, "aarch64": 1}.get(platform.machine())
    if column is None:
        call(transport, [[-1]])
        assert transport.layers["seccomp"].startswith("off: ")
        return
    numbers = {name: pair[column] for name, pair in syscalls.REFUSED.items() if pair[column]}
    found = call(transport, [[number, -1, -1, -1, -1, -1] for number in list(numbers.values())[:60]])
    found += call(transport, [[number, -1, -1, -1, -1, -1] for number in list(numbers.values())[60:]])
    assert dict(zip(numbers, found, strict=True)) == dict.fromkeys(numbers, "EPERM")
    assert call(transport, [[syscalls.CLONE3[column], 0, 0], [1000], [39 if column == 0 else 172]]) == [
        "ENOSYS",
        "ENOSYS",
        "ok",
    ]


def test_a_processor_whose_numbers_are_not_known_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(OSError, match="system calls of riscv64 are not known"):
        seccomp.forbid_calls()
