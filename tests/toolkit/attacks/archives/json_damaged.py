"""A notebook with a comma missing, as editing it by hand leaves it.

One line says where it is damaged.
"""

from __future__ import annotations

import json
from pathlib import Path

from archive_kit import BOOK, document, refused, zipped

EXPECTED = refused("toy.ipynb is not a notebook: its JSON is damaged at line 7")


def build(path: Path) -> None:
    made = json.dumps(document(), indent=1)
    zipped(path, {BOOK: made.replace('"metadata": {},', '"metadata": {}', 1)})
