"""An execution count of a million digits, which Python refuses to turn into a number.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook().replace('"execution_count": null', '"execution_count": ' + "9" * 1_000_000, 1)})
