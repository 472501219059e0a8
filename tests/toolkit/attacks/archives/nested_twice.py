"""The work is two folders down.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, MODULE, RIGHT, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {f"me/toy/{MODULE}": RIGHT, "me/README.md": "# mine"})
