"""An older zip of the work lies beside the notebook, as collecting from a folder leaves it.

The notebook is graded without a word.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, WRONG, assembled, notebook, work, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(), "submission.zip": assembled(work(WRONG))})
