"""A pipe in place of a zip: whoever opens it waits for ever.

It is never opened: one line says what it is.
"""

from __future__ import annotations

import os
from pathlib import Path

from archive_kit import refused

EXPECTED = refused("pipe.zip is no plain file and no folder")


def build(path: Path) -> None:
    os.mkfifo(path)
