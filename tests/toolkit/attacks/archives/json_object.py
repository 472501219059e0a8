"""A notebook whose JSON is an object without cells.

One line says that it is no notebook.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, refused, zipped

EXPECTED = refused("toy.ipynb is not a notebook: it has no cells")


def build(path: Path) -> None:
    zipped(path, {BOOK: '{"nbformat": 4}'})
