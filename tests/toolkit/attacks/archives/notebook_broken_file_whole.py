"""The notebook cannot be read, but the module file is there and right.

The file is graded, and the broken notebook is pointed out.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, MODULE, RIGHT, graded, notebook, zipped

EXPECTED = graded("toy.ipynb is not a notebook: its JSON ends too early, so it was passed over")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook()[:200], MODULE: RIGHT})
