"""A zip whose notebook is itself a zip.

One line names what it is.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, assembled, refused, work, zipped

EXPECTED = refused("toy.ipynb is a zip, not a notebook")


def build(path: Path) -> None:
    zipped(path, {BOOK: assembled(work())})
