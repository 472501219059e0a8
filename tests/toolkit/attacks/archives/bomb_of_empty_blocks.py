"""Entries of many MiB that unpack to nothing: empty blocks of deflate, shared by five hundred names.

What is read counts as well as what is made: reading ends, and the work at the top, read first, is graded.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from archive_kit import Member, assembled, graded, work

EXPECTED = graded("over 60 MiB")


def build(path: Path) -> None:
    blocks = b"\0\0\0\xff\xff" * (2 << 20) + b"\1\0\0\xff\xff"
    first = Member(b"b/b.ipynb", blocks, plain=b"", method=8)
    others = [replace(first, name=f"b/b{n}.ipynb".encode(), at=0) for n in range(500)]
    path.write_bytes(assembled(first, *others, work()))
