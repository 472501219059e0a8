"""A whole virtual environment with thousands of Python files was packed with the work.

None of it is work: the notebook is graded without a word.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    inside = [f"venv/lib/python3.11/site-packages/p{n}/models/m.py" for n in range(3000)]
    hidden = [f".venv/lib/m{n}.py" for n in range(3000)]
    zipped(path, {BOOK: notebook(), **dict.fromkeys([*inside, *hidden], "x = 1")})
