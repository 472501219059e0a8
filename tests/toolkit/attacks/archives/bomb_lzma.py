"""An entry whose LZMA header asks for 4 GiB of memory.

It does not get them; the notebook is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import MODULE, Member, assembled, graded, work

EXPECTED = graded("models/affine.py is damaged")


def build(path: Path) -> None:
    header = b"\x09\x14\x05\x00" + b"\x5d" + b"\xff\xff\xff\xff"
    path.write_bytes(assembled(work(), Member(MODULE.encode(), header + bytes(100), plain=b"x", method=14)))
