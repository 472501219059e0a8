"""A notebook that ends in the middle, as a disk that was full leaves it.

One line says so.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, notebook, refused, zipped

EXPECTED = refused("toy.ipynb is not a notebook: its JSON ends too early")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook()[:-500]})
