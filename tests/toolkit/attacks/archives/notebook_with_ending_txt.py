"""The notebook's name ends with `.ipynb.txt`, as a browser of Windows saves it.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {"toy.ipynb.txt": notebook()})
