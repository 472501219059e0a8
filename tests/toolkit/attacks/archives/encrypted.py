"""A zip with a password.

One line says which file is locked.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, Member, assembled, refused

EXPECTED = refused("toy.ipynb is locked with a password")


def build(path: Path) -> None:
    path.write_bytes(assembled(Member(BOOK.encode(), bytes(500), plain=b"{}", flags=1)))
