"""A tar archive with the work in it.

One line names what it is and what to hand in.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from archive_kit import BOOK, notebook, refused

NAME = "work.tar"
EXPECTED = refused("work.tar is a tar archive, not a zip")


def build(path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        data = notebook().encode()
        member = tarfile.TarInfo(BOOK)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
