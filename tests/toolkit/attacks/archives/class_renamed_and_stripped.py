"""The class has another name, and the metadata is gone; only the first line is left.

One line says which class is there instead.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_kit import BOOK, RIGHT, edited, refused, zipped

EXPECTED = refused("defines no class Affine; there is Afine: give it its name back")


def build(path: Path) -> None:
    def change(made: dict[str, Any]) -> None:
        for cell in made["cells"]:
            cell["metadata"] = {}

    zipped(path, {BOOK: edited(change, RIGHT.replace("class Affine", "class Afine"))})
