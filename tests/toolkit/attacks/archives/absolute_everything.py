"""Every name is an absolute path of the student's own machine.

The work is where it can only be: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, Member, assembled, notebook

EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_bytes(assembled(Member(b"C:\\Users\\me\\toy\\toy.ipynb", notebook().encode())))
