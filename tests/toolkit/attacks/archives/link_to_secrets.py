"""The module is a symbolic link to a file of the machine, the notebook is right.

A link is never followed: the notebook is graded, and the link is pointed out.
"""

from __future__ import annotations

import stat
from pathlib import Path

from archive_kit import MODULE, Member, assembled, graded, work

EXPECTED = graded("models/affine.py is a link")


def build(path: Path) -> None:
    link = Member(MODULE.encode(), b"/etc/passwd", mode=stat.S_IFLNK | 0o777)
    path.write_bytes(assembled(work(), link))
