"""A module that nobody may read, beside the right notebook.

The notebook is graded. To root, who may read all, the file is as good as any other.
"""

from __future__ import annotations

import os
from pathlib import Path

from archive_kit import BOOK, GRADED, MODULE, RIGHT, graded, notebook, unpacked

NAME = "work"
EXPECTED = GRADED if os.geteuid() == 0 else graded("models/affine.py cannot be read")


def build(path: Path) -> None:
    unpacked(path, {BOOK: notebook(), MODULE: RIGHT})
    (path / MODULE).chmod(0)
