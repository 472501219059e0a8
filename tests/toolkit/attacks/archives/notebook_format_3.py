"""A notebook of format 3, which has worksheets and inputs.

It is graded.
"""

from __future__ import annotations

import json
from pathlib import Path

from archive_kit import BOOK, GRADED, document, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    cells = [
        {**cell, "input": cell.pop("source"), "language": "python", "collapsed": False} for cell in document()["cells"]
    ]
    made = {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": cells, "metadata": {}}],
    }
    zipped(path, {BOOK: json.dumps(made)})
