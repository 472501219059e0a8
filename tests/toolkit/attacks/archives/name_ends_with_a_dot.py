"""The names of the notebook and of its folder end with dots and spaces, which Windows does not show.

It is the notebook all the same.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {"work. /toy.ipynb. ": notebook()})
