"""A name in the code page of DOS, without the flag for UTF-8.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, Member, assembled, notebook

EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_bytes(assembled(Member(b"bung \x81\x84\x94/toy.ipynb", notebook().encode())))
