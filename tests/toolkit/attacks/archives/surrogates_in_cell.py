"""Half a pair of UTF-16 in a comment: no text can be saved with it.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, RIGHT, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(RIGHT.replace("# x: ", "# \ud83d x: "))})
