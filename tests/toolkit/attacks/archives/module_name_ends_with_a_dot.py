"""The module's name ends with a dot.

It is the module all the same.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, MODULE, RIGHT, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {f"{MODULE}.": RIGHT})
