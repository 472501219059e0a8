"""The module by itself, renamed to `.zip`.

Its first line says which module it is: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, RIGHT

NAME = "work.zip"
EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_text(RIGHT, encoding="utf-8")
