"""A comment with the line and paragraph separators of Unicode, which end lines for some programs only.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, RIGHT, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(RIGHT.replace("# x: ", "# x:\u2028\u2029\x85 "))})
