"""The module cell was copied, and the copy changed into something wrong.

Both are work on the cell: the first is graded, and it is said.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_kit import BOOK, WRONG, edited, graded, module_cell, zipped

EXPECTED = graded("Affine stands in 2 cells; the one in toy.ipynb, cell 4 (Affine) is graded")


def build(path: Path) -> None:
    def change(made: dict[str, Any]) -> None:
        made["cells"].append({**module_cell(made), "source": WRONG, "id": "copy"})

    zipped(path, {BOOK: edited(change)})
