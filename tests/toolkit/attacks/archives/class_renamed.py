"""The class has another name.

Tests look for the name: one line says which one is there instead.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, RIGHT, notebook, refused, zipped

EXPECTED = refused("defines no class Affine; there is Afine: give it its name back")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(RIGHT.replace("class Affine", "class Afine"))})
