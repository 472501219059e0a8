"""The untouched release and the student's own folder, zipped together.

The folder that was worked on is graded without a word.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, MODULE, STUB, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(STUB), MODULE: STUB, f"mine/{BOOK}": notebook()})
