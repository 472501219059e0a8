"""Folders and notebooks with emoji and signs of many scripts in their names.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {"\U0001f393 домашняя 作业/\U0001f469\u200d\U0001f4bb toy.ipynb": notebook()})
