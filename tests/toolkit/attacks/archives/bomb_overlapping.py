"""Five hundred notebooks that share the bytes of one another: 5 GiB in 12 kB, without any nesting.

Reading ends at the limit for all files together; the work at the top, read first, is graded.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from archive_kit import assembled, deflated, graded, work

EXPECTED = graded("over 60 MiB")


def build(path: Path) -> None:
    first = deflated("b/b.ipynb", b" " * (10 << 20))
    others = [replace(first, name=f"b/b{n}.ipynb".encode(), at=0) for n in range(500)]
    path.write_bytes(assembled(first, *others, work()))
