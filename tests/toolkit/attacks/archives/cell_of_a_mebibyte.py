"""The module cell goes on for a MiB after the right work.

Nobody's class is that long, and Python would take seconds for it: one line says that it is too long.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, RIGHT, notebook, refused, zipped

EXPECTED = refused("none of the assignment's modules")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(RIGHT + "x = 1\n" * 200_000)})
