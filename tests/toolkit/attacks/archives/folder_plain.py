"""A folder instead of a zip, as Gradescope unpacks it.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, MODULE, RIGHT, notebook, unpacked

NAME = "work"
EXPECTED = GRADED


def build(path: Path) -> None:
    unpacked(path, {BOOK: notebook(), MODULE: RIGHT, "notes.txt": "x"})
