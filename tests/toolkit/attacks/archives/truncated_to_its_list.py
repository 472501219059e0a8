"""Only the end of a zip: its list of files, without the files.

One line says that it is only a part.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, assembled, deflated, notebook, refused

EXPECTED = refused("toy.ipynb is damaged")


def build(path: Path) -> None:
    data = assembled(deflated(BOOK, notebook().encode()))
    path.write_bytes(data[-120:])
