"""A notebook with the marks of a merge conflict of git.

One line says so.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, notebook, refused, zipped

EXPECTED = refused("has the marks of a merge conflict in it")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook().replace(", ", ",\n<<<<<<< HEAD\n", 1)})
