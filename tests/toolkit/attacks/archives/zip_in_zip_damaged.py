"""A zip in a zip, and the inner one was cut off.

One line names the inner zip.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import assembled, refused, work, zipped

EXPECTED = refused("submission.zip is damaged, or only a part of a zip")


def build(path: Path) -> None:
    zipped(path, {"submission.zip": assembled(work())[:-50]})
