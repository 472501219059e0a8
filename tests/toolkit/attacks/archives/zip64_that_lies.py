"""A zip64 record that puts the list of files at the end of the universe.

One line says that the zip is damaged.
"""

from __future__ import annotations

import struct
from pathlib import Path

from archive_kit import assembled, refused, work

EXPECTED = refused("is damaged, or only a part of a zip")


def build(path: Path) -> None:
    data = assembled(work())
    end = data.index(b"PK\5\6")
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, 2**63, 2**63)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(data[:end] + record + locator + last)
