"""An empty folder.

One line says that there is no work in it.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused

NAME = "work"
EXPECTED = refused("holds no notebook and no models/ folder")


def build(path: Path) -> None:
    path.mkdir()
