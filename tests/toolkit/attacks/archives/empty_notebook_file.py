"""A notebook of no bytes.

One line says so.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, refused, zipped

EXPECTED = refused("toy.ipynb is not a notebook: it is empty")


def build(path: Path) -> None:
    zipped(path, {BOOK: ""})
