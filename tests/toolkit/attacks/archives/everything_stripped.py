"""No metadata, no ids, no first line, another file name, other cells around it.

It defines the class: it is graded.
"""

from __future__ import annotations

import json
from pathlib import Path

from archive_kit import GRADED, RIGHT, code_cell, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    source = RIGHT.removeprefix("# models/affine.py\n")
    cells = [code_cell("import torch"), code_cell(source), {"cell_type": "markdown", "source": "Done."}]
    zipped(path, {"untitled folder/Untitled7.ipynb": json.dumps({"cells": cells})})
