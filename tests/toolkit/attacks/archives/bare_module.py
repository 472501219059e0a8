"""The module by itself, not in a zip.

Its first line says which module it is: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, RIGHT

NAME = "my work.py"
EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_text(RIGHT, encoding="utf-8")
