"""A zip with a hole of zeros in its notebook.

One line names the damaged file.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, assembled, deflated, notebook, refused

EXPECTED = refused("toy.ipynb is damaged")


def build(path: Path) -> None:
    data = assembled(deflated(BOOK, notebook().encode()))
    path.write_bytes(data[:300] + bytes(100) + data[400:])
