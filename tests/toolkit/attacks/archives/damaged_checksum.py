"""A stored notebook with one letter changed after it was packed.

What arrived is not what was packed: one line says that its checksum is wrong.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import assembled, refused, work

EXPECTED = refused("toy.ipynb is damaged (its checksum is wrong)")


def build(path: Path) -> None:
    path.write_bytes(assembled(work()).replace(b"return projected", b"return Projected", 1))
