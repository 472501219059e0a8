"""The module cell's source is a number.

There is no work in it: one line says so.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, edited, module_cell, refused, zipped

EXPECTED = refused("models/affine.py defines no class Affine")


def build(path: Path) -> None:
    zipped(path, {BOOK: edited(lambda made: module_cell(made).update(source=12))})
