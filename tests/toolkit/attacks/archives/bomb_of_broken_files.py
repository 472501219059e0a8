"""Five hundred notebooks that unpack to just below the limit and then have a wrong checksum.

After the first few nothing more is tried; the work at the top, read first, is graded.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from archive_kit import assembled, deflated, graded, work

EXPECTED = graded("more files were not looked at: too many cannot be read")


def build(path: Path) -> None:
    first = replace(deflated("b/b.ipynb", b" " * (19 << 20)), plain=b"other")
    others = [replace(first, name=f"b/b{n}.ipynb".encode(), at=0) for n in range(500)]
    path.write_bytes(assembled(first, *others, work()))
