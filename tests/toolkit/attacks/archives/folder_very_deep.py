"""Two hundred folders in folders beside the work.

They are walked through for a few steps only: the notebook is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, unpacked

NAME = "work"
EXPECTED = GRADED


def build(path: Path) -> None:
    unpacked(path, {BOOK: notebook(), "deeper/" * 200 + "toy.ipynb": notebook()})
