"""A text with a link to the work.

One line names what it is and what to hand in.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused

NAME = "submission.txt"
EXPECTED = refused("submission.txt is no zip, no notebook and no Python file")


def build(path: Path) -> None:
    path.write_text("My work is at example.org/toy", encoding="utf-8")
