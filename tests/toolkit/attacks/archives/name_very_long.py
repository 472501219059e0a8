"""A folder name of 60,000 letters.

It is graded; a name is never shown at such length.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, Member, assembled, notebook

EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_bytes(assembled(Member(b"a" * 60_000 + b"/toy.ipynb", notebook().encode())))
