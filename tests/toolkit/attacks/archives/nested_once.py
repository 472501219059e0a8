"""The work is one folder down.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {f"toy/{BOOK}": notebook(), "toy/data/words.csv": "a,b"})
