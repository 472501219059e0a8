"""The notebook is in a cloud, and a placeholder is in the zip.

One line names what there is in place of a notebook.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused, zipped

EXPECTED = refused("holds no notebook and no models/ folder, only .toy.ipynb.icloud and 1 more")


def build(path: Path) -> None:
    zipped(path, {".toy.ipynb.icloud": b"bplist00" + bytes(80), ".DS_Store": bytes(80)})
