"""A folder that is named like the notebook, with the notebook in it.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, notebook, unpacked

NAME = "work"
EXPECTED = GRADED


def build(path: Path) -> None:
    unpacked(path, {"toy.ipynb/toy.ipynb": notebook()})
