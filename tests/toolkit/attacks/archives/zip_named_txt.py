"""A zip whose name ends with `.txt`.

What it is counts, not how it is called: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

NAME = "work.txt"
EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook()})
