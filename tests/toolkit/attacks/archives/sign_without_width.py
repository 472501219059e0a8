"""Between the letters stands a sign that has no width, as some web pages put it.

Nobody sees it: one line says which and where.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, RIGHT, notebook, refused, zipped

EXPECTED = refused("cell 4 (Affine), line 20: Python cannot read this: invalid non-printable character U+200B")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(RIGHT.replace("        projected", "        \u200bprojected"))})
