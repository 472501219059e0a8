"""A zip that lacks its last byte.

One line says that it is only a part.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, assembled, deflated, notebook, refused

EXPECTED = refused("is damaged, or only a part of a zip")


def build(path: Path) -> None:
    data = assembled(deflated(BOOK, notebook().encode()))
    path.write_bytes(data[:-1])
