"""The notebook is a symbolic link that was packed as a link (`zip -y`), and there is nothing else.

What it points to is not in the zip: one line says so.
"""

from __future__ import annotations

import stat
from pathlib import Path

from archive_kit import BOOK, Member, assembled, refused

EXPECTED = refused("toy.ipynb is a link")


def build(path: Path) -> None:
    path.write_bytes(assembled(Member(BOOK.encode(), b"../work/toy.ipynb", mode=stat.S_IFLNK | 0o777)))
