"""A cell with tabs and blanks mixed so that Python cannot tell what belongs where.

It runs nowhere: one line says where the trouble is.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, RIGHT, notebook, refused, zipped

EXPECTED = refused("toy.ipynb, cell 4 (Affine), line 21: Python cannot read this")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(RIGHT.replace("        return", "\treturn"))})
