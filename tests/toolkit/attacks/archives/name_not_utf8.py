"""A name that is flagged as UTF-8 and is not; Python's own zipfile loses the whole archive over it.

The name of a folder matters to nobody: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, Member, assembled, notebook

EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_bytes(assembled(Member(b"devoir \xe9tudiant/toy.ipynb", notebook().encode(), flags=0x800)))
