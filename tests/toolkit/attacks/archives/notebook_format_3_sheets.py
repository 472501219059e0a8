"""A notebook of format 3 with its cells on two worksheets, and nonsense beside them.

It is graded.
"""

from __future__ import annotations

import json
from pathlib import Path

from archive_kit import BOOK, GRADED, document, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    cells = [{**cell, "input": cell.pop("source")} for cell in document()["cells"]]
    made = {"nbformat": 3, "worksheets": [{"cells": cells[:2]}, 7, {"cells": 5}, {"cells": cells[2:]}]}
    zipped(path, {BOOK: json.dumps(made)})
