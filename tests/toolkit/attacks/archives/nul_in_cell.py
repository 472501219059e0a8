"""A cell with NUL bytes in it, as a disk that was full leaves them.

They are taken out: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, RIGHT, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(RIGHT.replace("# x: ", "# \0x: "))})
