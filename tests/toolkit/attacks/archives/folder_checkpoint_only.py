"""A folder with nothing but Jupyter's checkpoint copy in it.

It need not be what the student saved last: one line says what is missing.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import notebook, refused, unpacked

NAME = "work"
EXPECTED = refused("holds only the copies that Jupyter keeps")


def build(path: Path) -> None:
    unpacked(path, {".ipynb_checkpoints/toy-checkpoint.ipynb": notebook()})
