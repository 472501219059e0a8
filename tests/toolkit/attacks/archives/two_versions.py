"""Two folders with different work, both whole.

The outer one is graded, and it is said.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, WRONG, graded, notebook, zipped

EXPECTED = graded("There is work in final/ and in final/old/; final/ is graded")


def build(path: Path) -> None:
    zipped(path, {f"final/{BOOK}": notebook(), f"final/old/{BOOK}": notebook(WRONG)})
