"""A module with line ends of old Macs.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, MODULE, RIGHT, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {MODULE: RIGHT.replace("\n", "\r")})
