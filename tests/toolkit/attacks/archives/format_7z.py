"""A 7z archive.

One line names what it is and what to hand in.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused

NAME = "work.7z"
EXPECTED = refused("work.7z is a 7z archive, not a zip")


def build(path: Path) -> None:
    path.write_bytes(b"7z\xbc\xaf\x27\x1c\0\4" + bytes(200))
