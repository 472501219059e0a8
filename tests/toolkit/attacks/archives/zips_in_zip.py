"""Two zips in a zip: the untouched release and the work.

The one with work in it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import STUB, assembled, graded, work, zipped

EXPECTED = graded("There is no work outside of me/release.zip and me/work.zip")


def build(path: Path) -> None:
    zipped(path, {"me/release.zip": assembled(work(STUB)), "me/work.zip": assembled(work())})
