"""The module cell's source is a list of lines.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, RIGHT, edited, module_cell, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: edited(lambda made: module_cell(made).update(source=RIGHT.splitlines(keepends=True)))})
