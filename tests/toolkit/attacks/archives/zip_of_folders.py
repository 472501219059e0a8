"""A zip of folders without any file.

One line says so.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import Member, assembled, refused

EXPECTED = refused("is a zip without any file in it")


def build(path: Path) -> None:
    path.write_bytes(assembled(Member(b"toy/"), Member(b"toy/models/")))
