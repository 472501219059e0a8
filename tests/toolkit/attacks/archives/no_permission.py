"""A zip that nobody may read.

One line says so; to root, who may read all, it is a zip like any other.
"""

from __future__ import annotations

import os
from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, refused, zipped

EXPECTED = GRADED if os.geteuid() == 0 else refused("cannot be read")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook()})
    path.chmod(0)
