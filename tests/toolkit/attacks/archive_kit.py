"""What the broken archives in `archives/` are made of, and how they say what should come of them."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from toy_work import MODULE, RIGHT, STUB, document, notebook, zipped

__all__ = ["MODULE", "RIGHT", "STUB", "document", "notebook", "zipped"]  # what archives use of the toy's own kit
FULL = 5.0
BOOK = "toy.ipynb"
WRONG = RIGHT.replace("+ self.bias", "- self.bias")
ESCAPED = "escaped_from_the_zip"  # in the name of each file that must never be written


@dataclass(frozen=True)
class Outcome:
    """What should come of handing in an archive.

    Attributes:
        score: points, exactly.
        says: words of the one line that tells why, or what was odd; empty where nothing needs to be said.
    """

    score: float
    says: str = ""


GRADED = Outcome(FULL)  # the intent is plain: full marks, and not a word


def graded(says: str) -> Outcome:
    """Full marks, and a note with these words."""
    return Outcome(FULL, says)


def refused(says: str) -> Outcome:
    """No points, and one line with these words."""
    return Outcome(0.0, says)


def edited(change: Callable[[dict[str, Any]], object], source: str = RIGHT) -> str:
    """The toy's notebook as text, with a change to its JSON."""
    made = document(source)
    change(made)
    return json.dumps(made)


def module_cell(made: dict[str, Any]) -> dict[str, Any]:
    """The cell of a notebook's JSON that holds the module."""
    found: dict[str, Any] = next(cell for cell in made["cells"] if cell["id"] == "affine-module")
    return found


def code_cell(source: Any, **fields: Any) -> dict[str, Any]:
    """A new code cell."""
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None, **fields}


def unpacked(path: Path, files: dict[str, str | bytes]) -> Path:
    """Write files into a folder."""
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# Zips byte by byte: what no zip program would write -----------------------------------------------------


@dataclass(frozen=True)
class Member:
    """A file of a zip, and any lie about it.

    Attributes:
        name: as it stands in the zip.
        data: the bytes that lie there, packed already.
        plain: the unpacked bytes, for the checksum and the length.
        method: number of the compression.
        flags: 1 encrypted, 0x800 the name is UTF-8.
        mode: file type and permissions of Unix.
        size: length that it claims to have once unpacked.
        at: index of the earlier member whose bytes it shares.
    """

    name: bytes
    data: bytes = b""
    plain: bytes | None = None
    method: int = 0
    flags: int = 0
    mode: int = 0o100644
    size: int | None = None
    at: int | None = None


def work(source: str = RIGHT) -> Member:
    """The toy's notebook as a member."""
    return Member(BOOK.encode(), notebook(source).encode())


def deflated(name: str, plain: bytes, **fields: Any) -> Member:
    """A member packed as most are."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return Member(name.encode(), packer.compress(plain) + packer.flush(), plain, 8, **fields)


_checksum = lru_cache(zlib.crc32)  # some zips list the same bytes hundreds of times


def assembled(*members: Member, comment: bytes = b"") -> bytes:
    """Put a zip together."""
    body, listed, places = bytearray(), bytearray(), []
    for member in members:
        plain = member.data if member.plain is None else member.plain
        size = len(plain) if member.size is None else member.size
        common = struct.pack("<4H3L", member.flags, member.method, 0, 0, _checksum(plain), len(member.data), size)
        if member.at is None:
            places.append(len(body))
            body += b"PK\3\4" + struct.pack("<H", 20) + common + struct.pack("<2H", len(member.name), 0)
            body += member.name + member.data
        else:
            places.append(places[member.at])
        lengths = struct.pack("<5H", len(member.name), 0, 0, 0, 0)
        listed += b"PK\1\2" + struct.pack("<2H", 3 << 8 | 20, 20) + common + lengths
        listed += struct.pack("<2L", member.mode << 16, places[-1]) + member.name
    count = len(members) & 0xFFFF
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(listed), len(body), len(comment))
    return bytes(body + listed + end + comment)
