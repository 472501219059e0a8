"""The module by itself, without the line that names it.

It defines the module's class: it is graded, and it is said.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import RIGHT, graded

NAME = "my work.py"
EXPECTED = graded("my work.py is graded as models/affine.py")


def build(path: Path) -> None:
    path.write_text(RIGHT.removeprefix("# models/affine.py"), encoding="utf-8")
