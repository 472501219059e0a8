"""Texts as students' programs save them: any Unicode encoding, any line ends."""

from __future__ import annotations

import codecs

from autograder.authoring.cells import plain_text

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Without a mark: which of the first four bytes are NUL where the text begins with two letters of ASCII.
_NULS: dict[tuple[bool, ...], str] = {
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}


def decode(data: bytes) -> str:
    """Turn the bytes of a text file into a text with `\\n` at the ends of its lines; it always finds a way."""
    marked = next(((mark, encoding) for mark, encoding in _MARKS if data.startswith(mark)), None)
    mark, encoding = marked or (b"", _NULS.get(tuple(byte == 0 for byte in data[:4]), "utf-8"))
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return plain_text(text)
