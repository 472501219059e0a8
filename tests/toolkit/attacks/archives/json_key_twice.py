"""The key `cells` twice, the second time with the work.

As in JupyterLab, the last counts: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, notebook, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    zipped(path, {BOOK: '{"cells": [], ' + notebook()[1:]})
