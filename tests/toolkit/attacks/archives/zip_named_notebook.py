"""A zip whose name ends with `.ipynb`.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

NAME = "toy.ipynb"
EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook()})
