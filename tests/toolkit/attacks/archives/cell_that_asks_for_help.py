"""The cell asks for help on the class, in the way of notebooks.

That line is left out, and it is said.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, RIGHT, graded, notebook, zipped

EXPECTED = graded("“Affine??” is a line for notebooks only and was left out")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(f"{RIGHT}\nAffine??\n?nn.Module\n")})
