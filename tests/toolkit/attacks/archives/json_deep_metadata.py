"""A right notebook whose metadata is nested two hundred thousand deep.

One line says that it cannot be read.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, notebook, refused, zipped

EXPECTED = refused("toy.ipynb is not a notebook: its JSON is nested too deep")


def build(path: Path) -> None:
    deep = '{"a":' * 200_000 + "1" + "}" * 200_000
    zipped(path, {BOOK: notebook().replace('"metadata": {}', f'"metadata": {deep}', 1)})
