"""A second rule about files, with no namespace behind it: the interpreter may be read, and nothing else opened."""

from __future__ import annotations

import contextlib
import os
import stat
import struct
from collections.abc import Iterable

from autograder.isolation.confinement import kernel

# The same numbers on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
# How many rights over files each version of the interface knows; a later one knows those of the last.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_TCP_RIGHTS = 3  # bind and connect, from version 4
_SCOPES = 3  # abstract Unix sockets and signals of others, from version 6


def restrict(folders: Iterable[str], files: Iterable[str], devices: Iterable[str]) -> None:
    """Let this process and its children read these folders and files, use these devices, and open nothing else.

    What a newer kernel offers is used too: no TCP, no signals and no abstract sockets to the outside.

    Raises:
        OSError: the kernel has no Landlock, or it is switched off.
    """
    version = kernel.system_call(_CREATE_RULESET, None, 0, _ASK_VERSION)
    rights = (1 << _FILE_RIGHTS[min(version, max(_FILE_RIGHTS))]) - 1
    fields = [rights, *([_TCP_RIGHTS] if version >= 4 else []), *([_SCOPES] if version >= 6 else [])]
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = kernel.system_call(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for paths, allowed in (
            (folders, _READ_FILE | _READ_DIR),
            (files, _READ_FILE),
            (devices, _READ_FILE | _WRITE_FILE),
        ):
            for path in paths:
                with contextlib.suppress(FileNotFoundError):
                    _allow(ruleset, path, allowed)
        kernel.system_call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    """Grant rights to what lies beneath a path; to a file only those that a file can have."""
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= ~_READ_DIR
        rule = struct.pack("=Qi", rights, place)
        kernel.system_call(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)
