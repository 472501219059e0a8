"""The name before the file is another one than in the list at the end.

The list counts, as for other programs.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    data = zipped(path, {BOOK: notebook()}).read_bytes()
    path.write_bytes(data.replace(BOOK.encode(), b"foo.ipynb", 1))
