"""The module cell was split below its imports; both halves have its metadata, as JupyterLab does it.

Both halves together are the cell: it is graded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_kit import BOOK, GRADED, RIGHT, edited, module_cell, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    upper, lower = RIGHT.split("\n\n\n")

    def change(made: dict[str, Any]) -> None:
        cell = module_cell(made)
        place = made["cells"].index(cell)
        made["cells"][place : place + 1] = [{**cell, "source": upper}, {**cell, "source": lower}]

    zipped(path, {BOOK: edited(change)})
