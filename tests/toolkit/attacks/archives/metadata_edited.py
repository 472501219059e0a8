"""Points of a billion, swapped names and locks in nbgrader's metadata.

Points and names are the instructor's: it is graded for what it is worth.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_kit import BOOK, GRADED, edited, module_cell, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    def change(made: dict[str, Any]) -> None:
        for cell in made["cells"]:
            name = "affine_forward" if cell is module_cell(made) else "Affine"
            cell["metadata"] = {"nbgrader": {"grade_id": name, "points": 1e9, "grade": True, "solution": False}}

    zipped(path, {BOOK: edited(change)})
