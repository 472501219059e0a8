"""The module cell was merged with the cell below, which calls the check.

The check belongs to the notebook: it is left out, which is said, and the rest is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, RIGHT, graded, notebook, zipped

EXPECTED = graded('“check("affine_parameters")” is a line for notebooks only and was left out')


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(RIGHT + '\n\ncheck("affine_parameters")\n')})
