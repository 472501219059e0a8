"""A RAR archive that was renamed to .zip.

One line names what it is and what to hand in.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused

EXPECTED = refused("is a RAR archive, not a zip")


def build(path: Path) -> None:
    path.write_bytes(b"Rar!\x1a\x07\x01\0" + bytes(200))
