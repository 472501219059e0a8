"""A notebook with lists in lists, a hundred thousand deep.

One line says that it cannot be read.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, refused, zipped

EXPECTED = refused("toy.ipynb is not a notebook: its JSON is nested too deep")


def build(path: Path) -> None:
    zipped(path, {BOOK: '{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}"})
