"""A notebook with the mark of UTF-8 in front, as editors of Windows write it.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, RIGHT, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook("# models/affine.py\n# größer\n" + RIGHT).encode("utf-8-sig")})
