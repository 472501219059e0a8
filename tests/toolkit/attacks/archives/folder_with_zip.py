"""A folder with nothing but the zip of the work in it, as a zip in a zip is unpacked.

It is graded, and it is said.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import assembled, graded, unpacked, work

NAME = "work"
EXPECTED = graded("There is no work outside of submission.zip")


def build(path: Path) -> None:
    unpacked(path, {"submission.zip": assembled(work())})
