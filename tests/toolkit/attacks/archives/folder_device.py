"""A device that never ends to be read, `/dev/zero`, where a module should be; a pipe where devices may not be made.

It is never opened: the notebook is graded.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from archive_kit import BOOK, MODULE, graded, notebook, unpacked

NAME = "work"
EXPECTED = graded("models/affine.py is no plain file, so it was passed over")


def build(path: Path) -> None:
    unpacked(path, {BOOK: notebook(), "models/notes.txt": "x"})
    try:
        os.mknod(path / MODULE, stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except PermissionError:
        os.mkfifo(path / MODULE)
