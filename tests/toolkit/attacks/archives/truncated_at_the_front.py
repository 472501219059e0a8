"""A zip that lacks its first hundred bytes.

Its list of files is whole, so one line can name the file that is damaged.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, assembled, deflated, notebook, refused

EXPECTED = refused("toy.ipynb is damaged")


def build(path: Path) -> None:
    data = assembled(deflated(BOOK, notebook().encode()))
    path.write_bytes(data[100:])
