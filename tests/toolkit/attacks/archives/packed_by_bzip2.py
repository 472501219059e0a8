"""A zip packed by bzip2, which some programs offer.

It is graded.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from archive_kit import BOOK, GRADED, notebook

EXPECTED = GRADED


def build(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr(BOOK, notebook())
