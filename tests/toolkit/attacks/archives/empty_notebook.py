"""A notebook without a cell.

One line says that the assignment's cells are not there.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, edited, refused, zipped

EXPECTED = refused("no notebook has their cells")


def build(path: Path) -> None:
    zipped(path, {BOOK: edited(lambda made: made["cells"].clear())})
