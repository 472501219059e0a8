"""A notebook that a full disk has filled up with zeros.

Its JSON is whole: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook() + "\0" * 5000})
