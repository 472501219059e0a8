"""A zip with line ends and other bytes behind its end, as mail programs leave them.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, assembled, work

EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_bytes(assembled(work()) + b"\r\n" * 1000)
