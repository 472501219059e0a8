"""Three hundred copies of the notebook, all different.

The one with the right name is graded, in one short note.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, WRONG, graded, notebook, zipped

EXPECTED = graded("Affine stands in 301 cells; the one in toy.ipynb, cell 4 (Affine) is graded")


def build(path: Path) -> None:
    others = {f"toy ({n}).ipynb": notebook(WRONG + f"# {n}") for n in range(300)}
    zipped(path, {**others, BOOK: notebook()})
