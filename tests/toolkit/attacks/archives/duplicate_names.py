"""The same name twice: first the untouched notebook, then the right one, as a program that appends leaves it.

Unpacking would leave the last: it is graded, and it is said.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import STUB, assembled, graded, work

EXPECTED = graded("toy.ipynb is there more than once")


def build(path: Path) -> None:
    path.write_bytes(assembled(work(STUB), work()))
