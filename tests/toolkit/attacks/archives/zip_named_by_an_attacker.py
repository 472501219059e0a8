"""A zip with line ends, terminal commands and HTML in its own name.

It is graded, and the name stays text wherever it is shown.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

NAME = "\x1b[2J<script>alert(1)\n<b>**.zip"
EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook()})
