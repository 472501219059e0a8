"""The notebook's ending is in capital letters.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {"TOY.IPYNB": notebook()})
