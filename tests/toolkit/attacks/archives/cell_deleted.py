"""The module cell was deleted.

One line says that it is not there.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, edited, module_cell, refused, zipped

EXPECTED = refused("no notebook has their cells")


def build(path: Path) -> None:
    zipped(path, {BOOK: edited(lambda made: made["cells"].remove(module_cell(made)))})
