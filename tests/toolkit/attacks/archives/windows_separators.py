"""Backslashes between folders and names, as old programs of Windows write them.

They separate folders all the same: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, RIGHT, Member, assembled

EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_bytes(assembled(Member(b"toy\\models\\affine.py", RIGHT.encode()), Member(b"toy\\data\\", b"")))
