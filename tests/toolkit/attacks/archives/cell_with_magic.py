"""The module cell begins with `%%time`, which only a notebook understands.

It runs in the notebook: the line is left out, which is said, and the rest is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, RIGHT, graded, notebook, zipped

EXPECTED = graded("“%%time” is a line for notebooks only and was left out")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook("%%time\n" + RIGHT + "\n!ls\n")})
