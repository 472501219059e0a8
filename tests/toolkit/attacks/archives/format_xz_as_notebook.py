"""An xz file that is named like a notebook.

One line names what it is and what to hand in.
"""

from __future__ import annotations

import lzma
from pathlib import Path

from archive_kit import notebook, refused

NAME = "toy.ipynb"
EXPECTED = refused("toy.ipynb is an xz or tar.xz archive, not a zip")


def build(path: Path) -> None:
    path.write_bytes(lzma.compress(notebook().encode()))
