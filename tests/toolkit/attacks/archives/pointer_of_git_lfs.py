"""Git keeps the notebook elsewhere and has a pointer in its place.

One line says so.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, refused, zipped

EXPECTED = refused("toy.ipynb is a pointer of Git LFS, not a notebook")


def build(path: Path) -> None:
    text = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    zipped(path, {BOOK: text})
