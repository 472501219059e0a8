"""A module in UTF-16.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, MODULE, RIGHT, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {MODULE: RIGHT.encode("utf-16")})
