"""A name that ends at a NUL for some programs and goes on for others (`toy.ipynb\0.exe`).

Names end at a NUL: it is a notebook, and it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, Member, assembled, notebook

EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_bytes(assembled(Member(b"toy.ipynb\0.exe", notebook().encode())))
