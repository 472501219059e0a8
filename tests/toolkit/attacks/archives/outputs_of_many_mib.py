"""A notebook with fifteen MiB of pictures and printed lines in its outputs.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, code_cell, edited, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0K" * (1 << 20)}}
    lines = {"output_type": "stream", "name": "stdout", "text": ["epoch 1: loss 0.5\n"] * 300_000}
    zipped(path, {BOOK: edited(lambda made: made["cells"].append(code_cell("x", outputs=[picture, lines])))})
