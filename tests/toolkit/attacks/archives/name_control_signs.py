"""Control characters and terminal commands in names: line ends, colours, a bell.

It is graded, and no line on a terminal or a page is broken by a name.
"""

from __future__ import annotations

import stat
from pathlib import Path

from archive_kit import Member, assembled, graded, notebook

EXPECTED = graded("models/?[2J.py is a link")


def build(path: Path) -> None:
    book = Member(b"\x1b[31mred\r\n\x07/toy\n.ipynb", notebook().encode())
    path.write_bytes(assembled(book, Member(b"models/\x1b[2J.py", b"x", mode=stat.S_IFLNK)))
