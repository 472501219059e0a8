"""A second notebook behind the end of the first.

The first is graded, and the rest is pointed out.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, WRONG, graded, notebook, zipped

EXPECTED = graded("toy.ipynb goes on after the end of its JSON")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook() + notebook(WRONG)})
