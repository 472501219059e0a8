"""The module cell was copied, and only the copy was worked on.

The one that was worked on is graded, and it is said.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_kit import BOOK, RIGHT, STUB, edited, graded, module_cell, zipped

EXPECTED = graded("Affine stands in 2 cells; the one in toy.ipynb, cell 9 (Affine) is graded")


def build(path: Path) -> None:
    def change(made: dict[str, Any]) -> None:
        made["cells"].append({**module_cell(made), "source": RIGHT, "id": "copy"})

    zipped(path, {BOOK: edited(change, STUB)})
