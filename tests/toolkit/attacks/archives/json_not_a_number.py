"""`NaN` and `Infinity` in the metadata, which are no JSON.

Nothing depends on them: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: notebook().replace('"execution_count": null', '"execution_count": NaN, "x": -Infinity')})
