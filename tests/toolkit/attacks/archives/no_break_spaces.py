"""A cell with no-break spaces, as they come from copying a web page.

It runs nowhere: one line names the sign and the line.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, RIGHT, notebook, refused, zipped

EXPECTED = refused("invalid non-printable character U+00A0")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(RIGHT.replace("return projected + ", "return projected\xa0+\xa0"))})
