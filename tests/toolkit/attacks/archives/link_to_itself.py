"""A link to itself in place of a zip.

One line says so; no command stops at it.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused

EXPECTED = refused("link_to_itself.zip cannot be read")


def build(path: Path) -> None:
    path.symlink_to(path.name)
