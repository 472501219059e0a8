"""Five thousand Python files below `models/`.

Notebooks are read first and the files only up to a limit: the work is graded, and the rest is pointed out.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import Member, assembled, graded, work

EXPECTED = graded("more files were not looked at: there are over 2,000")


def build(path: Path) -> None:
    extra = [Member(f"models/m{n}.py".encode(), b"x = 1") for n in range(5000)]
    path.write_bytes(assembled(*extra, work()))
