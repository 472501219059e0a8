"""A notebook of a format that does not exist yet, with fields that nobody knows.

Its cells are where they have always been: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, edited, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: edited(lambda made: made.update(nbformat=5, nbformat_minor=0, kernels=[], future={"a": 1}))})
