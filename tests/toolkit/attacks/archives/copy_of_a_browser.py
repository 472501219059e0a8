"""The untouched notebook, and `toy (1).ipynb` with the work, as downloading twice leaves them.

The one that was worked on is graded, and it is said.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, STUB, graded, notebook, zipped

EXPECTED = graded("Affine stands in 2 cells; the one in toy (1).ipynb, cell 4 (Affine) is graded")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(STUB), "toy (1).ipynb": notebook()})
