"""A zip without anything in it.

One line says so.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused, zipped

EXPECTED = refused("is a zip without any file in it")


def build(path: Path) -> None:
    zipped(path, {})
