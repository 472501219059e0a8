"""The work is five folders down, as a download of a download has it.

There is only one place it can be: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {f"downloads/course/week 5/me/toy/{BOOK}": notebook()})
