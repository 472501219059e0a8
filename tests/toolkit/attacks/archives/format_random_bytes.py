"""Random bytes.

One line names what it is and what to hand in.
"""

from __future__ import annotations

import random
from pathlib import Path

from archive_kit import refused

EXPECTED = refused("is no zip, no notebook and no Python file")


def build(path: Path) -> None:
    path.write_bytes(random.Random(5).randbytes(4000))
