"""Jupyter's checkpoint copy holds other work than the notebook itself.

A copy of Jupyter's is never graded: the notebook is.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, WRONG, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(), ".ipynb_checkpoints/toy-checkpoint.ipynb": notebook(WRONG)})
