"""The browser had not finished the download.

One line names what there is in place of a notebook.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, notebook, refused, zipped

EXPECTED = refused("holds no notebook and no models/ folder, only toy.ipynb.crdownload")


def build(path: Path) -> None:
    zipped(path, {f"{BOOK}.crdownload": notebook()[:500]})
