"""A notebook of format 4.2, whose cells have no ids.

It is graded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_kit import BOOK, GRADED, edited, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    def change(made: dict[str, Any]) -> None:
        made["nbformat_minor"] = 2
        for cell in made["cells"]:
            del cell["id"]

    zipped(path, {BOOK: edited(change)})
