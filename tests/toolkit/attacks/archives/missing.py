"""A file that is not there: a link to a file that was deleted.

One line says so.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused

EXPECTED = refused("missing.zip does not exist")


def build(path: Path) -> None:
    path.symlink_to("deleted.zip")
