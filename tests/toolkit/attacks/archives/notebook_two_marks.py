"""A notebook with two marks of UTF-8 in front: two programs have each added one.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: "\ufeff\ufeff" + notebook()})
