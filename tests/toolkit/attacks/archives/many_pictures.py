"""Twenty thousand small pictures of a data set were packed with the work.

They are not even looked at: the notebook is graded without a word.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, Member, assembled, work

EXPECTED = GRADED


def build(path: Path) -> None:
    pictures = [Member(f"data/train/{n:05}.png".encode(), b"x") for n in range(20_000)]
    path.write_bytes(assembled(*pictures, work()))
