"""A module of 64 MiB of blanks in 64 kB, beside the right notebook.

It is read no further than the limit, and the notebook is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import MODULE, assembled, deflated, graded, work

EXPECTED = graded("models/affine.py is too large (over 1 MiB)")


def build(path: Path) -> None:
    path.write_bytes(assembled(work(), deflated(MODULE, b" " * (64 << 20))))
