"""`Models/Affine.py` in place of `models/affine.py`.

It can only be that module: it is graded, and it is said.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import RIGHT, graded, zipped

EXPECTED = graded("toy/Models/Affine.py is graded as models/affine.py")


def build(path: Path) -> None:
    zipped(path, {"toy/Models/Affine.py": RIGHT})
