"""A notebook of format 4.5 whose cells all have the same id, or ids that are none.

It is graded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_kit import BOOK, GRADED, edited, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    def change(made: dict[str, Any]) -> None:
        for cell, odd in zip(made["cells"], ["same", "same", 5, None, "", [], "same", "x" * 10_000], strict=True):
            cell["id"] = odd

    zipped(path, {BOOK: edited(change)})
