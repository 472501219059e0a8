"""Only the module file is locked with a password; the notebook is right.

The notebook is graded, and the locked file is pointed out.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import MODULE, Member, assembled, graded, work

EXPECTED = graded("models/affine.py is locked with a password, so it was passed over")


def build(path: Path) -> None:
    path.write_bytes(assembled(work(), Member(MODULE.encode(), bytes(500), plain=b"x", flags=1)))
