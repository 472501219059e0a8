"""Three copies of the same notebook.

They are the same work: it is graded without a word.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(), "toy (1).ipynb": notebook(), "backup/toy.ipynb": notebook()})
