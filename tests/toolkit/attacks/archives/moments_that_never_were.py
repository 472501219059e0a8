"""The files were changed in the month 15 of the year 2107, at 31 o'clock.

Times play no part.
"""

from __future__ import annotations

import struct
from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    data = bytearray(zipped(path, {BOOK: notebook()}).read_bytes())
    for place in (10, data.find(b"PK\1\2") + 12):
        struct.pack_into("<2H", data, place, 0xFFFF, 0xFFFF)
    path.write_bytes(data)
