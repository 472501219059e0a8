"""Entries that claim to be a device, a pipe and a socket.

They are no plain files and are passed over; the notebook is graded.
"""

from __future__ import annotations

import stat
from pathlib import Path

from archive_kit import Member, assembled, graded, work

EXPECTED = graded("models/device.py is no plain file")


def build(path: Path) -> None:
    kinds = {"device": stat.S_IFCHR, "pipe": stat.S_IFIFO, "socket": stat.S_IFSOCK}
    odd = [Member(f"models/{name}.py".encode(), b"x", mode=kind | 0o666) for name, kind in kinds.items()]
    path.write_bytes(assembled(work(), *odd))
