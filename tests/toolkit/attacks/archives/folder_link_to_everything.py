"""`models` is a link to the whole machine.

It is not walked through: the notebook is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, unpacked

NAME = "work"
EXPECTED = GRADED


def build(path: Path) -> None:
    unpacked(path, {BOOK: notebook()})
    (path / "models").symlink_to("/")
