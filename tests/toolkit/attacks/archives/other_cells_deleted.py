"""All cells but the module's were deleted, those with the points as well.

Points stand in the instructor's notebook: it is graded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_kit import BOOK, GRADED, edited, module_cell, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    def change(made: dict[str, Any]) -> None:
        made["cells"] = [module_cell(made)]

    zipped(path, {BOOK: edited(change)})
