"""All cells stand in reverse order.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, edited, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: edited(lambda made: made["cells"].reverse())})
