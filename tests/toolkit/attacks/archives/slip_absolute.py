"""A wrong module under an absolute path, beside the right notebook.

The path is not followed and the module is not taken for the student's: the notebook is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, ESCAPED, MODULE, WRONG, graded, notebook, zipped

EXPECTED = graded("leads out of the zip")


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook(), f"/tmp/{ESCAPED}.py": "x = 1", f"/{MODULE}": WRONG})
