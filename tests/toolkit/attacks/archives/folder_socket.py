"""A socket where a module should be.

It is passed over: the notebook is graded.
"""

from __future__ import annotations

import socket
from pathlib import Path

from archive_kit import BOOK, MODULE, graded, notebook, unpacked

NAME = "work"
EXPECTED = graded("models/affine.py is no plain file, so it was passed over")


def build(path: Path) -> None:
    unpacked(path, {BOOK: notebook(), "models/notes.txt": "x"})
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path / MODULE))
