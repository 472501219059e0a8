"""The module cell was split below its imports; the metadata stayed with the lower half.

Both halves together are the cell: it is graded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_kit import BOOK, GRADED, RIGHT, code_cell, edited, module_cell, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    upper, lower = RIGHT.split("\n\n\n")

    def change(made: dict[str, Any]) -> None:
        cell = module_cell(made)
        place = made["cells"].index(cell)
        made["cells"][place : place + 1] = [code_cell(upper), {**cell, "source": lower}]

    zipped(path, {BOOK: edited(change)})
