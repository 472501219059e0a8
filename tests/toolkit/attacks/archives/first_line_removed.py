"""The line that names the module is gone.

The cell's name is in its metadata: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, RIGHT, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(RIGHT.removeprefix("# models/affine.py\n"))})
