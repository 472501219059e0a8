"""A file name that is no text in any encoding of this machine.

It is a notebook and is graded.
"""

from __future__ import annotations

import os
from pathlib import Path

from archive_kit import GRADED, notebook

NAME = "work"
EXPECTED = GRADED


def build(path: Path) -> None:
    path.mkdir()
    Path(os.fsdecode(os.fsencode(path) + b"/caf\xe9.ipynb")).write_text(notebook(), encoding="utf-8")
