"""Three million empty lists in nine MiB, which would take twenty times as much memory.

They are counted before they are read: one line says that there are too many.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, refused, zipped

EXPECTED = refused("its JSON has over 1,000,000 parts")


def build(path: Path) -> None:
    zipped(path, {BOOK: '{"cells": [' + "[]," * (3 << 20) + "[]]}"})
