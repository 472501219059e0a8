"""Pipes where a notebook and a module should be: whoever opens one waits for ever.

They are never opened: the other notebook is graded, and they are pointed out.
"""

from __future__ import annotations

import os
from pathlib import Path

from archive_kit import BOOK, MODULE, graded, notebook, unpacked

NAME = "work"
EXPECTED = graded("models/affine.py is no plain file, so it was passed over")


def build(path: Path) -> None:
    unpacked(path, {BOOK: notebook(), "models/notes.txt": "x"})
    for name in ("a.ipynb", MODULE):
        os.mkfifo(path / name)
