"""A zip in the format for more than 4 GiB, though it is small.

It is graded.
"""

from __future__ import annotations

import struct
from pathlib import Path

from archive_kit import GRADED, assembled, work

EXPECTED = GRADED


def build(path: Path) -> None:
    data = assembled(work())
    end = data.index(b"PK\5\6")
    start = data.index(b"PK\1\2")
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, end - start, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(data[:end] + record + locator + last)
