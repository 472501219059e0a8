"""The notebook exported as a page and as a PDF, but not the notebook.

One line says that these cannot be graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused, zipped

EXPECTED = refused("holds no notebook, only toy.html")


def build(path: Path) -> None:
    zipped(path, {"toy.html": "<html></html>", "toy.pdf": "%PDF-1.7"})
