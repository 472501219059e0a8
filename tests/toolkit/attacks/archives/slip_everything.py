"""Every name begins with `../`, as `zip -r work.zip ../toy` writes them.

There is nothing else it could mean, and nothing is unpacked to disk: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {f"../toy/{BOOK}": notebook(), "../toy/notes.txt": "x"})
