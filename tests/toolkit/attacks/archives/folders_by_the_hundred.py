"""Three hundred folders with a different notebook in each.

The outermost is graded, in one short note.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, WRONG, graded, notebook, zipped

EXPECTED = graded("There is work in 301 folders; the top folder is graded")


def build(path: Path) -> None:
    others = {f"backup/{n}/toy.ipynb": notebook(WRONG + f"# {n}") for n in range(300)}
    zipped(path, {**others, BOOK: notebook()})
