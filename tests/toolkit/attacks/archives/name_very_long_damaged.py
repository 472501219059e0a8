"""A notebook with a name of 60,000 letters, that cannot be read.

One line says so, and gives its name in short.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import Member, assembled, refused

EXPECTED = refused("aaa.ipynb is damaged (its checksum is wrong)")


def build(path: Path) -> None:
    path.write_bytes(assembled(Member(b"a" * 60_000 + b".ipynb", b"{", plain=b"[")))
