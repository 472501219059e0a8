"""Zips in zips in zips, ten in each, beside the right notebook.

Where there is work, no inner zip is opened: the notebook is graded without a word.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, assembled, deflated, work

EXPECTED = GRADED


def build(path: Path) -> None:
    inner = assembled(deflated("models/b.py", b" " * (10 << 20)))
    for _ in range(4):
        inner = assembled(*[deflated(f"{n}.zip", inner) for n in range(10)])
    path.write_bytes(assembled(work(), deflated("all.zip", inner)))
