"""A program for Windows that unpacks itself: a zip with a program in front of it.

The zip in it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, assembled, work

NAME = "work.exe"
EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_bytes(b"MZ" + bytes(5000) + assembled(work()))
