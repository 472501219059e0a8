"""A module that declares an encoding that does not exist.

It is read as what it is, and graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, MODULE, RIGHT, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {MODULE: "# -*- coding: klingon -*-\n" + RIGHT})
