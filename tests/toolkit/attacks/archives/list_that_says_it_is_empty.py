"""The zip says that there are no files in it.

They are in its list, so they are graded.
"""

from __future__ import annotations

import struct
from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    data = bytearray(zipped(path, {BOOK: notebook()}).read_bytes())
    struct.pack_into("<2H", data, data.rfind(b"PK\5\6") + 8, 0, 0)
    path.write_bytes(data)
