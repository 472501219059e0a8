"""A notebook with real line ends and tabs inside of its strings, as editing it by hand leaves it.

What is meant is plain: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook().replace("\\n", "\n")})
