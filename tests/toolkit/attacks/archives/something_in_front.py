"""A shell script in front of a zip whose places count from the zip's own beginning.

It is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import GRADED, assembled, work

EXPECTED = GRADED


def build(path: Path) -> None:
    path.write_bytes(b"#!/bin/sh\nexec unzip $0\n" + assembled(work()))
