"""A folder whose module is a link to a file of the machine.

It is not followed: the notebook is graded, and the link is pointed out.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, MODULE, graded, notebook, unpacked

NAME = "work"
EXPECTED = graded("models/affine.py is a link, so it was passed over")


def build(path: Path) -> None:
    unpacked(path, {BOOK: notebook(), "models/notes.txt": "x"})
    (path / MODULE).symlink_to("/etc/passwd")
