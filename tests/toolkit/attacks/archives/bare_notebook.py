"""The notebook by itself, not in a zip.

It can only mean one thing: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, notebook

NAME = "toy.ipynb"
EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_text(notebook(), encoding="utf-8")
