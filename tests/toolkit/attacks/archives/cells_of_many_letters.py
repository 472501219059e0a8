"""A hundred copies of the module cell, each with ninety thousand letters of program after the right work.

Copies are looked at up to a limit for all of them together; the first is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, RIGHT, edited, graded, module_cell, zipped

EXPECTED = graded("other cells passed over: too long (over 100,000 letters, or 500,000 in all)")


def build(path: Path) -> None:
    long = RIGHT + "x;" * 45_000
    zipped(path, {BOOK: edited(lambda made: made["cells"].extend([dict(module_cell(made), source=long)] * 100))})
