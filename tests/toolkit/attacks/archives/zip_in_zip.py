"""The zip of the work was zipped once more.

The intent is plain: it is graded, and it is said.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import assembled, graded, work, zipped

EXPECTED = graded("There is no work outside of submission.zip, so that was opened as well")


def build(path: Path) -> None:
    zipped(path, {"submission.zip": assembled(work())})
