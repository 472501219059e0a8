"""A module with a comment in Latin-1 and without a word about its encoding.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, MODULE, RIGHT, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {MODULE: RIGHT.replace("x: (N", "x: Gr\xf6\xdfe (N").encode("latin-1")})
