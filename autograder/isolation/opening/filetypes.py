"""Names what a file is by its first bytes, for messages to those who handed in another thing than they meant to."""

from __future__ import annotations

from collections.abc import Collection

HEAD = 512  # bytes to look at
_SIGNS = (
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"\x1f\x8b", "a gzip or tar.gz archive"),
    (0, b"BZh", "a bzip2 or tar.bz2 archive"),
    (0, b"\xfd7zXZ\0", "an xz or tar.xz archive"),
    (0, b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (0, b"%PDF", "a PDF"),
    (0, b"{\\rtf", "an RTF document"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of old Office"),
    (0, b"\x89PNG", "a picture"),
    (0, b"\xff\xd8\xff", "a picture"),
    (0, b"GIF8", "a picture"),
    (0, b"version https://git-lfs.", "a pointer of Git LFS"),
    (0, b"MZ", "a program"),
    (0, b"\x7fELF", "a program"),
)
_PAGES = (b"<!doctype html", b"<html")
# Formats that are zips themselves, by a file that each of them holds.
_ZIPPED = (
    ("word/document.xml", "a Word document"),
    ("xl/workbook.xml", "an Excel sheet"),
    ("ppt/presentation.xml", "a PowerPoint file"),
    ("META-INF/container.xml", "an e-book"),
    ("META-INF/manifest.xml", "an OpenDocument file"),
    ("META-INF/MANIFEST.MF", "a Java archive"),
    ("data.pkl", "a saved PyTorch model"),
)


def name_of(head: bytes) -> str:
    """Name what a file is, e.g. `a tar archive`; empty where it is not known, and for zips, notebooks and texts."""
    for place, sign, name in _SIGNS:
        if head.startswith(sign, place):
            return name
    return "a web page" if head.lstrip().lower().startswith(_PAGES) else ""


def name_of_zip(files: Collection[str]) -> str:
    """Name what a zip with files of these names is, e.g. `a Word document`; empty for a common zip."""
    for ending, name in _ZIPPED:
        if any(file == ending or file.endswith("/" + ending) for file in files):
            return name
    return ""
