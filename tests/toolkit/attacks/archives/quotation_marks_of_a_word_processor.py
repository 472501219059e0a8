"""A word processor has put its own quotation marks.

One line says which and where.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, RIGHT, notebook, refused, zipped

EXPECTED = refused("cell 4 (Affine), line 7: Python cannot read this: invalid character")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(RIGHT.replace('"""', "\u201c"))})
