"""A tar with a zip as its last file: from its end it looks like a zip.

One line names what it is and what to hand in.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from archive_kit import assembled, refused, work

EXPECTED = refused("is a tar archive, not a zip")


def build(path: Path) -> None:
    data = assembled(work())
    member = tarfile.TarInfo("work.zip")
    member.size = len(data)
    with tarfile.open(path, "w") as archive:
        archive.addfile(member, io.BytesIO(data))
