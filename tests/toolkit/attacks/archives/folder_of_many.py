"""Ten thousand files in a folder beside the work.

They are listed and not looked at: the notebook is graded.
"""

from __future__ import annotations

import os
from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, unpacked

NAME = "work"
EXPECTED = GRADED


def build(path: Path) -> None:
    unpacked(path, {BOOK: notebook(), "data/a.txt": "x"})
    for number in range(10_000):
        os.link(path / "data/a.txt", path / f"data/{number:05}.txt")
