"""The zip says that it is the second part of several.

All of it is there, so it is graded.
"""

from __future__ import annotations

import struct
from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    data = bytearray(zipped(path, {BOOK: notebook()}).read_bytes())
    struct.pack_into("<2H", data, data.rfind(b"PK\5\6") + 4, 1, 1)
    path.write_bytes(data)
