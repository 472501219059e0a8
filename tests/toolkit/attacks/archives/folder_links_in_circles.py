"""Links to the folder above, to each other, and to nothing.

None is followed: the notebook is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, unpacked

NAME = "work"
EXPECTED = GRADED


def build(path: Path) -> None:
    unpacked(path, {BOOK: notebook()})
    for name, target in {"up": "..", "here": ".", "one": "two", "two": "one", "lost": "nowhere"}.items():
        (path / name).symlink_to(target)
