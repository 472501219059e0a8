"""A lock file of an office program and a swap file of vim beside the notebook.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(
        path,
        {BOOK: notebook(), "~$report.docx": b"\0\5", ".toy.ipynb.swp": b"b0VIM", "toy.ipynb~": "x", "#toy.ipynb#": "x"},
    )
