"""The notebook itself is 64 MiB of blanks in 64 kB.

It is read no further than the limit; one line says that it is too large.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, assembled, deflated, refused

EXPECTED = refused("toy.ipynb is too large (over 20 MiB)")


def build(path: Path) -> None:
    path.write_bytes(assembled(deflated(BOOK, b" " * (64 << 20))))
