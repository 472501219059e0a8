"""A zip whose comment holds the end of another zip: programs that read the first or the last end see different files.

The end in the comment leads to no list of files, so the zip's own counts: the right work is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, WRONG, assembled, work

EXPECTED = GRADED


def build(path: Path) -> None:
    other = assembled(work(WRONG))
    path.write_bytes(assembled(work(), comment=other[other.index(b"PK\5\6") :]))
