"""A name that is shown backwards: a mark turns `.ipynb` into something that looks like another ending.

It is a notebook and is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {"homework \u202egpj.ipynb": notebook()})
