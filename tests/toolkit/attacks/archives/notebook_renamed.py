"""The notebook has the student's name and a date in its name.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {"Ada Lovelace, final FINAL 2026-12-11.ipynb": notebook()})
