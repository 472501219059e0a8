"""The module cell was turned into a markdown cell, by a key pressed in passing.

The work is all there: it is graded, and it is said.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, edited, graded, module_cell, zipped

EXPECTED = graded("toy.ipynb, cell 4 (Affine) is no code cell; it is graded as one. Make it a code cell again")


def build(path: Path) -> None:
    zipped(path, {BOOK: edited(lambda made: module_cell(made).update(cell_type="markdown"))})
