"""A Word document, which is a zip inside, handed in as .zip.

One line names what it is and what to hand in.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused, zipped

EXPECTED = refused("is a Word document, not a zip of your work")


def build(path: Path) -> None:
    names = ["[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/styles.xml"]
    zipped(path, dict.fromkeys(names, "<w/>"))
