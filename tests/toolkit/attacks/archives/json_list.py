"""A notebook whose JSON is a list.

One line says that it is no notebook.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, refused, zipped

EXPECTED = refused("toy.ipynb is not a notebook: its JSON is no object")


def build(path: Path) -> None:
    zipped(path, {BOOK: "[1, 2, 3]"})
