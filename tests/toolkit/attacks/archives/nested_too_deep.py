"""A notebook below a thousand folders.

Nobody means that: one line says that no notebook was found.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import Member, assembled, notebook, refused

EXPECTED = refused("holds no notebook and no models/ folder")


def build(path: Path) -> None:
    path.write_bytes(assembled(Member(b"a/" * 1000 + b"toy.ipynb", notebook().encode())))
