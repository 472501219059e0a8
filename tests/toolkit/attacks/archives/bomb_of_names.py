"""A list of two hundred thousand files.

The list is refused before it is read: one line says that it is too long.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import Member, assembled, refused, work

EXPECTED = refused("lists too many files")


def build(path: Path) -> None:
    path.write_bytes(assembled(work(), *[Member(b"x", at=0)] * 200_000))
