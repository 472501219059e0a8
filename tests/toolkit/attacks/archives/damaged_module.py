"""The module file is damaged; the notebook is whole and right.

The notebook is graded, and the damaged file is pointed out.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import MODULE, Member, assembled, graded, work

EXPECTED = graded("models/affine.py is damaged (it cannot be unpacked), so it was passed over")


def build(path: Path) -> None:
    path.write_bytes(assembled(work(), Member(MODULE.encode(), b"not deflate", plain=b"x", method=8)))
