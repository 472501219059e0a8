"""A zip that was written to a pipe: its lengths stand behind each file, not before it.

It is graded.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from archive_kit import BOOK, GRADED, notebook

EXPECTED = GRADED


def build(path: Path) -> None:
    class Pipe(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            return out.write(data)  # type: ignore[arg-type]

    with path.open("wb") as out, zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(BOOK, notebook())
