"""Two zips one after the other: the wrong work in front, the right one behind.

The list at the end is the zip's: the right work is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, WRONG, assembled, work

EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_bytes(assembled(work(WRONG)) + assembled(work()))
