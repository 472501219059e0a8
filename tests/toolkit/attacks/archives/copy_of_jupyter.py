"""The notebook, and a wrong older copy `toy-Copy1.ipynb`.

The notebook with the right name is graded, and it is said.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, WRONG, graded, notebook, zipped

EXPECTED = graded("Affine stands in 2 cells; the one in toy.ipynb, cell 4 (Affine) is graded")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(), "toy-Copy1.ipynb": notebook(WRONG)})
