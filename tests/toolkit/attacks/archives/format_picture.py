"""A screenshot.

One line names what it is and what to hand in.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused

NAME = "screenshot.png"
EXPECTED = refused("screenshot.png is a picture, not a zip")


def build(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(300))
