"""The notebook by itself, renamed to `.zip` because the text asked for a zip.

What it is counts, not how it is called: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, notebook

NAME = "submission.zip"
EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_text(notebook(), encoding="utf-8")
