"""The module's name ends with `.py.txt`, as mail programs rename it.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, RIGHT, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {"models/affine.py.txt": RIGHT})
