"""A zip with a password and AES, as WinZip and 7-Zip write it (method 99).

One line says which file is locked.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, Member, assembled, refused

EXPECTED = refused("toy.ipynb is locked with a password")


def build(path: Path) -> None:
    path.write_bytes(assembled(Member(BOOK.encode(), bytes(500), plain=b"{}", flags=1, method=99)))
