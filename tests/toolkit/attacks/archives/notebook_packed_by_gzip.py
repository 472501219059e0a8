"""The notebook was packed by itself, with gzip.

One line names what there is in place of a notebook.
"""

from __future__ import annotations

import gzip
from pathlib import Path

from archive_kit import BOOK, notebook, refused, zipped

EXPECTED = refused("holds no notebook and no models/ folder, only toy.ipynb.gz")


def build(path: Path) -> None:
    zipped(path, {f"{BOOK}.gz": gzip.compress(notebook().encode())})
