"""Thirty folders, each with a notebook of three copies of the module cell that take long to read.

Folders are compared up to a limit for all of them together; the one that comes first is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, RIGHT, edited, graded, module_cell, zipped

EXPECTED = graded("The cells in its 30 folders are too long to compare them all: hand in one folder.")


def build(path: Path) -> None:
    def fill(made: dict[str, list[dict[str, object]]], number: int) -> None:
        long = RIGHT + f"{number};" * 30_000
        made["cells"].extend([dict(module_cell(made), source=long)] * 3)

    books = {f"part{number:02}/{BOOK}": edited(lambda made, number=number: fill(made, number)) for number in range(30)}
    zipped(path, books)
