"""A tar.gz archive that was renamed to .zip.

One line names what it is and what to hand in.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from archive_kit import BOOK, notebook, refused

EXPECTED = refused("is a gzip or tar.gz archive, not a zip")


def build(path: Path) -> None:
    data = notebook().encode()
    member = tarfile.TarInfo(BOOK)
    member.size = len(data)
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(member, io.BytesIO(data))
