"""A file of no bytes, as an upload that failed leaves it.

One line says that it is empty.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused

EXPECTED = refused("is empty: it has 0 bytes")


def build(path: Path) -> None:
    path.write_bytes(b"")
