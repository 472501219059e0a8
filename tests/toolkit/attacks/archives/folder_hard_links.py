"""The same file under two names, by a hard link, as copies that save space make them.

It is a plain file, and both are the same work: it is graded.
"""

from __future__ import annotations

import os
from pathlib import Path

from archive_kit import GRADED, notebook, unpacked

NAME = "work"
EXPECTED = GRADED


def build(path: Path) -> None:
    unpacked(path, {"kept/toy.ipynb": notebook()})
    os.link(path / "kept/toy.ipynb", path / "toy.ipynb")
