"""A wrong module on a drive of Windows, and one on a network share, beside the right notebook.

Neither is taken; the notebook is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import WRONG, Member, assembled, graded, work

EXPECTED = graded("leads out of the zip")


def build(path: Path) -> None:
    names = [b"C:\\models\\affine.py", b"\\\\server\\share\\models\\affine.py"]
    path.write_bytes(assembled(work(), *(Member(name, WRONG.encode()) for name in names)))
