"""Files whose names climb out of the zip, beside good work.

Nothing is written anywhere; the work is graded, and the names are pointed out.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, ESCAPED, graded, notebook, zipped

EXPECTED = graded("leads out of the zip")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(), f"../../{ESCAPED}.py": "x = 1", f"../models/{ESCAPED}.py": "x = 1"})
