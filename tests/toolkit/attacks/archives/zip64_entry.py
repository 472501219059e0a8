"""A file whose lengths stand in the zip64 field of its entry, as streaming programs write them.

It is graded.
"""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

from archive_kit import BOOK, GRADED, notebook

EXPECTED = GRADED


def build(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive, archive.open(BOOK, "w", force_zip64=True) as file:
        file.write(notebook().encode())
    data = path.read_bytes()
    at, size = data.index(b"PK\1\2"), len(notebook())
    field = struct.pack("<2H2Q", 1, 16, size, size)
    listed = bytearray(data[at : data.index(b"PK\5\6")])
    listed[20:28] = b"\xff" * 8
    listed[30:32] = struct.pack("<H", len(field))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(listed) + len(field), at, 0)
    path.write_bytes(data[:at] + listed + field + end)
