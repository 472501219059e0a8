"""Another course's homework.

One line says that nothing of this assignment is in it.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused, zipped

EXPECTED = refused("holds no notebook and no models/ folder")


def build(path: Path) -> None:
    zipped(path, {"essay.md": "# Plato", "sort.py": "def sort(items): ..."})
