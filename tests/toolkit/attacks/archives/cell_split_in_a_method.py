"""The module cell was split in the middle of a method, and the lower half has no metadata.

Both halves together are the cell: it is graded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_kit import BOOK, GRADED, RIGHT, code_cell, edited, module_cell, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    upper, lower = RIGHT.split("        projected =")

    def change(made: dict[str, Any]) -> None:
        cell = module_cell(made)
        place = made["cells"].index(cell)
        made["cells"][place : place + 1] = [{**cell, "source": upper}, code_cell("        projected =" + lower)]

    zipped(path, {BOOK: edited(change)})
