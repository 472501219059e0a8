"""The folder's name has its accents as signs of their own, as macOS writes them.

It is a name as good as any.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    folder = unicodedata.normalize("NFD", "Übung é")
    zipped(path, {f"{folder}/{BOOK}": notebook()})
