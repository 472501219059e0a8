"""A module that claims to have ten bytes and unpacks to 64 MiB.

What it claims is not believed: it is read no further than the limit, and the notebook is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import MODULE, assembled, deflated, graded, work

EXPECTED = graded("models/affine.py is too large")


def build(path: Path) -> None:
    path.write_bytes(assembled(work(), deflated(MODULE, b" " * (64 << 20), size=10)))
