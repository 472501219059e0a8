"""A notebook with line ends of Windows, in its JSON and in its cells.

It is graded.
"""

from __future__ import annotations

import json
from pathlib import Path

from archive_kit import BOOK, GRADED, RIGHT, document, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    made = json.dumps(document(RIGHT.replace("\n", "\r\n")), indent=1).replace("\n", "\r\n")
    zipped(path, {BOOK: made})
