"""A link to the zip, as a teacher may have made it.

The link is not the student's: it is followed, and the zip is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path.with_name("real.zip"), {BOOK: notebook()})
    path.symlink_to("real.zip")
