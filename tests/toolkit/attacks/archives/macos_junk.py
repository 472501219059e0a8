"""What a Mac adds: `__MACOSX/._toy.ipynb`, `.DS_Store`, and a file of its own for each file.

All of it is passed over; the notebook is graded without a word.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    junk = ["__MACOSX/._toy.ipynb", "__MACOSX/models/._affine.py", ".DS_Store", "models/.DS_Store", "._toy.ipynb"]
    zipped(path, {BOOK: notebook(), **dict.fromkeys(junk, b"\0\5\x16\7\0\2")})
