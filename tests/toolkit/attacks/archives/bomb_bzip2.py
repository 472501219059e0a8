"""Forty MiB packed by bzip2 into a hundred bytes, with a claim to be ten bytes long.

It is unpacked no further than the limit, and the notebook is graded.
"""

from __future__ import annotations

import bz2
from pathlib import Path

from archive_kit import MODULE, Member, assembled, graded, work

EXPECTED = graded("models/affine.py is too large")


def build(path: Path) -> None:
    data = bz2.compress(b" " * (40 << 20))
    path.write_bytes(assembled(work(), Member(MODULE.encode(), data, plain=b"", method=12, size=10)))
