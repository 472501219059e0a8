"""A notebook of a tebibyte that takes no space on the disk.

It is not read: the other notebook is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, graded, notebook, unpacked

NAME = "work"
EXPECTED = graded("big.ipynb is too large (over 20 MiB), so it was passed over")


def build(path: Path) -> None:
    unpacked(path, {BOOK: notebook(), "big.ipynb": ""})
    with (path / "big.ipynb").open("r+b") as file:
        file.truncate(1 << 40)
