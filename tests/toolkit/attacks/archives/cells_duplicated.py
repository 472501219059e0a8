"""Every cell twice.

Both copies are the same work: it is graded without a word.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, edited, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: edited(lambda made: made["cells"].extend(made["cells"]))})
