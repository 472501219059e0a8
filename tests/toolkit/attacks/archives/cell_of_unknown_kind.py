"""The module cell has no type at all.

It is graded, and it is said.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, edited, graded, module_cell, zipped

EXPECTED = graded("is no code cell; it is graded as one")


def build(path: Path) -> None:
    zipped(path, {BOOK: edited(lambda made: module_cell(made).pop("cell_type"))})
