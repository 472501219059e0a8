"""An entry whose zip64 field puts its bytes at the end of the universe.

It is damaged; the notebook is graded.
"""

from __future__ import annotations

import struct
from pathlib import Path

from archive_kit import MODULE, Member, assembled, graded, work

EXPECTED = graded("models/affine.py is damaged (it cannot be unpacked), so it was passed over")


def build(path: Path) -> None:
    data = assembled(Member(MODULE.encode(), b"x"), work())
    at = data.index(b"PK\1\2")
    field = struct.pack("<2HQ", 1, 8, 2**64 - 1)
    listed = bytearray(data[at : data.index(b"PK\5\6")])
    listed[42:46] = b"\xff" * 4
    listed[30:32] = struct.pack("<H", len(field))
    listed[46 + len(MODULE) : 46 + len(MODULE)] = field
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(listed), at, 0)
    path.write_bytes(data[:at] + listed + end)
