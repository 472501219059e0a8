"""The module cell was merged with the cell above, which imports the check.

The check belongs to the notebook: it is left out, which is said, and the rest is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, RIGHT, graded, notebook, zipped

EXPECTED = graded("“from autograder import check” is a line for notebooks only")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook("import torch\n\nfrom autograder import check\n" + RIGHT)})
