"""Entries without a name, or with nothing but slashes and dots.

They are nothing; the notebook is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, Member, assembled, work

EXPECTED = GRADED


def build(path: Path) -> None:
    empty = [Member(name, b"x") for name in (b"", b"/", b"//", b".", b"..", b"./.", b".py", b".ipynb")]
    path.write_bytes(assembled(*empty, work()))
