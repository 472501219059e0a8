"""A printed output with two million brackets.

Brackets in a text are none: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, code_cell, edited, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "[[]]{}" * 400_000}
    zipped(path, {BOOK: edited(lambda made: made["cells"].append(code_cell("x", outputs=[output])))})
