"""The module lies at the top, not in `models/`, and there is no notebook.

It has the module's name and its class: it is graded, and it is said.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import RIGHT, graded, zipped

EXPECTED = graded("affine.py is graded as models/affine.py")


def build(path: Path) -> None:
    zipped(path, {"affine.py": RIGHT, "train.py": "import affine"})
