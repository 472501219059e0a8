"""A zip packed by LZMA, which some programs offer.

It is graded.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from archive_kit import BOOK, GRADED, notebook

EXPECTED = GRADED


def build(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(BOOK, notebook())
