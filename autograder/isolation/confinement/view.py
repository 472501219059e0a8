"""A root folder of the worker's own: the interpreter read-only, a few devices, and nothing else of the disk.

Where a home is closed to others, the interpreter in it stays readable: here the folders above it are new ones.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from autograder.isolation.confinement import kernel

# The new root is put together here: a folder that every machine has and no interpreter lies in.
_STAGE = "/proc/sys"
_OPTIONS = "size=1m,nr_inodes=4096,mode=755"
_MOUNT_SETATTR = 442  # the same number on every architecture
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
# A mount's flags as statvfs tells them, and as mount takes them.
_FLAGS = {1: 1, 2: 2, 4: 4, 8: 8, 1024: 1024, 2048: 2048, 4096: 1 << 21}


def enter(paths: Iterable[str], mount_proc: Callable[[str], object]) -> None:
    """Make a folder with these paths in it, and nothing else, the root of this process.

    Args:
        paths: folders and files that stay in view, each at its own place and at the one that it is a link to.
        mount_proc: called with the folder that a /proc belongs to, before the old one is out of view.

    Raises:
        OSError: the machine refuses; the old root is still in place.
    """
    kernel.mount("view", _STAGE, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, _OPTIONS)
    try:
        places = list(dict.fromkeys(place for path in paths for place in (path, os.path.realpath(path))))
        for place in places:
            _bind(place, _STAGE + place)
        for name in ("proc", "tmp"):
            Path(_STAGE, name).mkdir(exist_ok=True)
        _make_read_only(places)
        # Over the few files of the machine's /proc that are in place already.
        mount_proc(_STAGE + "/proc")
        _change_root()
    except OSError:
        kernel.unmount(_STAGE)
        raise


def _bind(source: str, target: str) -> None:
    """Show a folder or file at another place, with whatever is mounted below it."""
    if Path(source).is_dir():
        Path(target).mkdir(parents=True, exist_ok=True)
    else:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).touch()
    kernel.mount(source, target, None, kernel.MS_BIND | kernel.MS_REC)


def _make_read_only(places: Sequence[str]) -> None:
    """Let nobody write to the new root, to what is shown in it and to what is mounted below that."""
    read_only = kernel.MS_RDONLY | kernel.MS_NOSUID
    attributes = (ctypes.c_uint64 * 4)(read_only, 0, 0, 0)  # to set, to clear, propagation, user namespace
    try:
        kernel.system_call(
            _MOUNT_SETATTR, _AT_FDCWD, os.fsencode(_STAGE), _AT_RECURSIVE, attributes, ctypes.sizeof(attributes)
        )
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        # Before Linux 5.12: one by one, each with the flags that it has.
        for place in ("", *places):
            told = os.statvfs(_STAGE + place).f_flag
            flags = sum(flag for known, flag in _FLAGS.items() if told & known) | read_only
            kernel.mount("none", _STAGE + place, None, kernel.MS_REMOUNT | kernel.MS_BIND | flags)


def _change_root() -> None:
    os.chdir(_STAGE)
    try:
        # The old root comes to lie on the new one, and goes.
        kernel.call("pivot_root", b".", b".")
    except OSError as error:
        os.chdir("/")
        if error.errno != errno.EINVAL:
            raise
        # In a chroot already: its root is no mount that could be moved. What leads back out is root's power.
        os.chroot(_STAGE)
    else:
        kernel.unmount(".")
    os.chdir("/")
