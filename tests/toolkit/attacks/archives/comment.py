"""A zip with a comment of 60,000 bytes.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, assembled, work

EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_bytes(assembled(work(), comment=b"handed in late, sorry! " * 2600))
