"""A zip packed by a method that is no common one (number 98).

One line says so.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, Member, assembled, refused

EXPECTED = refused("toy.ipynb is packed by a method that cannot be read here (number 98)")


def build(path: Path) -> None:
    path.write_bytes(assembled(Member(BOOK.encode(), bytes(500), plain=b"{}", method=98)))
