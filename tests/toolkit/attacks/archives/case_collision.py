"""`toy.ipynb` untouched and `TOY.ipynb` done: one file on a Mac, two elsewhere.

The one with work in it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, STUB, graded, notebook, zipped

EXPECTED = graded("Affine stands in 2 cells; the one in TOY.ipynb")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(STUB), "TOY.ipynb": notebook()})
