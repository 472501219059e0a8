"""A notebook in Latin-1, with letters outside of ASCII.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook().replace("The map", "Größe: the map").encode("latin-1")})
