"""The module cell was split between its methods; both halves have its metadata.

Both halves together are the cell: it is graded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_kit import BOOK, GRADED, RIGHT, edited, module_cell, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    upper, lower = RIGHT.split("\n\n    def forward")

    def change(made: dict[str, Any]) -> None:
        cell = module_cell(made)
        place = made["cells"].index(cell)
        made["cells"][place : place + 1] = [{**cell, "source": upper}, {**cell, "source": "    def forward" + lower}]

    zipped(path, {BOOK: edited(change)})
