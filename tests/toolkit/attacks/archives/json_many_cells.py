"""A notebook with a hundred thousand cells around the right one.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, code_cell, edited, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: edited(lambda made: made["cells"].extend([code_cell("x = 1")] * 100_000))})
