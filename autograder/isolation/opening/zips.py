"""Reads zips that may be broken or hostile: lists them, and unpacks one file at a time into memory, within a limit.

Python's own zipfile is made for zips that are whole: one badly encoded name loses it the archive, it lists any number
of files before they can be counted, it unpacks bzip2 and LZMA without a limit, and it judges odd zips differently
from release to release.
"""

from __future__ import annotations

import bz2
import lzma
import os
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAX_LIST_BYTES = 4 << 20  # the list of files: some 40,000 of them with names of usual length
_MAX_LZMA_MEMORY = 128 << 20
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_LISTED = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END_SIGN, _END_64_SIGN, _LOCATOR_SIGN, _LISTED_SIGN, _LOCAL_SIGN = (
    b"PK\5\6",
    b"PK\6\6",
    b"PK\6\7",
    b"PK\1\2",
    b"PK\3\4",
)
_SEEN_AT_END = _END.size + 0xFFFF  # the end record and the longest comment
_ELSEWHERE = 0xFFFFFFFF  # what a field holds whose value stands in the zip64 record
_UNIX = 3
_STORED, _DEFLATE, _BZIP2, _LZMA = 0, 8, 12, 14


class ZipError(ValueError):
    """A zip, or one file in it, cannot be read. The message completes a sentence that begins with its name."""


@dataclass(frozen=True)
class Entry:
    """One file of a zip as the list at its end describes it; any of it may be a lie.

    Attributes:
        name: path with `/` between its parts, otherwise as it stands there.
        mode: file type and permissions where the zip was made on Unix, else 0.
        flags: bit 0 says that it is encrypted.
        method: number of the compression.
        crc: checksum of the unpacked bytes.
        packed: length of the packed bytes.
        place: where its local header begins in the file.
    """

    name: str
    mode: int
    flags: int
    method: int
    crc: int
    packed: int
    place: int

    @property
    def is_folder(self) -> bool:
        """Does it stand for a folder?"""
        return self.name.endswith("/") or stat.S_ISDIR(self.mode)

    @property
    def problem(self) -> str:
        """Why it is not to be read; empty if it may be."""
        if stat.S_ISLNK(self.mode):
            return "is a link"
        if stat.S_IFMT(self.mode) not in (0, stat.S_IFREG):
            return "is no plain file"
        if self.flags & 1:
            return "is locked with a password"
        if self.method not in (_STORED, _DEFLATE, _BZIP2, _LZMA):
            return f"is packed by a method that cannot be read here (number {self.method})"
        return ""


def is_zip(file: BinaryIO) -> bool:
    """Does a file end as zips do? What stands before the zip, such as a program that unpacks it, does not matter."""
    return _find_list(file) is not None


def read_list(file: BinaryIO) -> list[Entry]:
    """Read the list of files of a zip.

    Raises:
        ZipError: there is none, it is damaged from the start, or it is too long.
    """
    found = _find_list(file)
    if found is None:
        raise ZipError("is damaged, or only a part of a zip")
    start, length, shift = found
    if length > MAX_LIST_BYTES:
        raise ZipError(f"lists too many files (its list has over {MAX_LIST_BYTES >> 20} MiB)")
    file.seek(start)
    return list(_entries(file.read(length), shift))


def _find_list(file: BinaryIO) -> tuple[int, int, int] | None:
    """Find the list of files: where it begins, its length, and how many bytes stand in front of the zip."""
    size = file.seek(0, os.SEEK_END)
    begin = max(0, size - _SEEN_AT_END)
    file.seek(begin)
    tail = file.read(_SEEN_AT_END)
    place = len(tail)
    while (place := tail.rfind(_END_SIGN, 0, place)) >= 0:  # a comment may hold the sign as well
        if len(tail) - place < _END.size:
            continue
        _, _, _, _, count, length, offset, _ = _END.unpack_from(tail, place)
        end = begin + place
        end, length, offset = _wide_end(file, end, length, offset)
        start = end - length
        if start < 0:
            continue
        file.seek(start)
        if (length == 0 and count == 0) or file.read(4) == _LISTED_SIGN:
            return start, length, start - offset
    return None


def _wide_end(file: BinaryIO, end: int, length: int, offset: int) -> tuple[int, int, int]:
    """Read the zip64 end record, if one stands before the end record: it counts, whatever the latter says."""
    start = end - _LOCATOR_64.size - _END_64.size
    if start >= 0:
        file.seek(start)
        record = file.read(_END_64.size + _LOCATOR_64.size)
        if record.startswith(_END_64_SIGN) and record[_END_64.size :].startswith(_LOCATOR_SIGN):
            *_, length, offset = _END_64.unpack_from(record)
            return start, length, offset
    return end, length, offset


def _entries(listed: bytes, shift: int) -> Iterator[Entry]:
    place = 0
    while place + _LISTED.size <= len(listed):
        (sign, made_by, _, flags, method, _, _, crc, packed, size, name, extra, comment, _, _, attributes, offset) = (
            _LISTED.unpack_from(listed, place)
        )
        if sign != _LISTED_SIGN:
            return
        place += _LISTED.size
        raw = listed[place : place + name]
        if _ELSEWHERE in (packed, size, offset):
            packed, offset = _wide_values(listed[place + name : place + name + extra], size, packed, offset)
        place += name + extra + comment
        mode = attributes >> 16 if made_by >> 8 == _UNIX else 0
        yield Entry(_name(raw), mode, flags, method, crc, packed, offset + shift)


def _wide_values(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int]:
    """Take lengths and places over 4 GiB from an entry's zip64 field."""
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, place)
        if kind == 1:
            field = extra[place + 4 : place + 4 + length]
            values = iter(struct.unpack(f"<{len(field) // 8}Q", field[: len(field) // 8 * 8]))
            # It holds only those that did not fit, in this order.
            wide = [next(values, known) if known == _ELSEWHERE else known for known in (size, packed, offset)]
            return wide[1], wide[2]
        place += 4 + length
    return packed, offset


def _name(raw: bytes) -> str:
    """Decode a name. Whatever the flags say: UTF-8 if it is, else the code page of old. A NUL ends it."""
    raw = raw.split(b"\0")[0]
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("cp437")
    return name.replace("\\", "/")


def unpack(file: BinaryIO, entry: Entry, limit: int) -> bytes:
    """Unpack one file of a zip, reading no more than `limit` bytes and making no more than one above it.

    Raises:
        ZipError: it is a link, locked, damaged, too large, or packed in a way that is not known.
    """
    if entry.problem:
        raise ZipError(entry.problem)
    try:
        file.seek(entry.place)
        header = file.read(_LOCAL.size)
        if not header.startswith(_LOCAL_SIGN):
            raise ZipError("is damaged (it is not where the zip says)")
        *_, name, extra = _LOCAL.unpack(header)
        file.seek(name + extra, os.SEEK_CUR)
        data = _unpacked(file.read(min(entry.packed, limit + 1)), entry.method, limit + 1)
    except ZipError:
        raise
    except (OSError, ValueError, OverflowError, EOFError, struct.error, zlib.error, lzma.LZMAError):
        raise ZipError("is damaged (it cannot be unpacked)") from None
    if max(entry.packed, len(data)) > limit:
        raise ZipError(f"is too large (over {limit >> 20} MiB)")
    if zlib.crc32(data) != entry.crc:
        raise ZipError("is damaged (its checksum is wrong)")
    return data


def _unpacked(packed: bytes, method: int, limit: int) -> bytes:
    if method == _DEFLATE:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, limit)
    if method == _BZIP2:
        return bz2.BZ2Decompressor().decompress(packed, limit)
    if method == _LZMA:
        # Two bytes of version, two of length, then the properties as in an .lzma file, but without its length field.
        length = int.from_bytes(packed[2:4], "little")
        head = packed[4 : 4 + length] + b"\xff" * 8
        unpacker = lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_MAX_LZMA_MEMORY)
        return unpacker.decompress(head + packed[4 + length :], limit)
    return packed[:limit]
