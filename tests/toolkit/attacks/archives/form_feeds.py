"""A cell with form feeds between its parts, as some editors set them.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, RIGHT, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(RIGHT.replace("\n\n\n", "\n\f\n\n"))})
