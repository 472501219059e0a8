"""Only Jupyter's checkpoint copy was packed.

It need not be what the student saved last: one line says what is missing.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import notebook, refused, zipped

EXPECTED = refused("holds only the copies that Jupyter keeps")


def build(path: Path) -> None:
    zipped(path, {".ipynb_checkpoints/toy-checkpoint.ipynb": notebook()})
