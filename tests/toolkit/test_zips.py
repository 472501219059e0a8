"""Reading zips: what Python's own zipfile reads of a whole one, and of a broken one never more than it may be."""

from __future__ import annotations

import contextlib
import io
import random
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.isolation.opening.zips import MAX_LIST_BYTES, Entry, ZipError, is_zip, read_list, unpack

LIMIT = 10_000
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
NAMES = st.text(st.characters(exclude_characters="\0\\", codec="utf-8"), min_size=1, max_size=12)
no_signs = st.binary(max_size=60).filter(lambda data: b"PK" not in data)  # zipfile itself trips over some
in_any_time = settings(deadline=None)


class Counted(io.BytesIO):
    """A file that counts what is read of it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        archive.comment = comment
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def read(data: bytes, limit: int = LIMIT) -> dict[str, bytes]:
    file = io.BytesIO(data)
    return {entry.name: unpack(file, entry, limit) for entry in read_list(file) if not entry.is_folder}


def problem(data: bytes, limit: int = LIMIT) -> str:
    with pytest.raises(ZipError) as caught:
        read(data, limit)
    return str(caught.value)


@given(
    st.dictionaries(NAMES, st.binary(max_size=300), max_size=5),
    st.sampled_from(METHODS),
    no_signs,
    no_signs,
)
@in_any_time
def test_a_whole_zip_is_read_as_zipfile_reads_it(
    files: dict[str, bytes], method: int, comment: bytes, front: bytes
) -> None:
    data = front + packed(files, method, comment)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        expected = {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    assert read(data) == expected
    assert is_zip(io.BytesIO(data))


@given(st.integers(0, 2**32), st.sampled_from(METHODS))
@in_any_time
def test_a_damaged_zip_gives_what_was_packed_or_a_reason(seed: int, method: int) -> None:
    stream = random.Random(seed)
    files = {"a.py": b"x = 1\n" * 50, "b/c.ipynb": stream.randbytes(200)}
    data = bytearray(packed(files, method))
    for _ in range(stream.randint(1, 5)):
        data[stream.randrange(len(data))] = stream.randrange(256)
    file = Counted(bytes(data[: stream.choice([len(data), stream.randrange(len(data))])]))
    try:
        entries = read_list(file)
    except ZipError:
        return
    for entry in entries:
        file.taken = 0
        with contextlib.suppress(ZipError):
            assert len(unpack(file, entry, 1000)) <= 1000
        assert file.taken <= 1000 + 31


@given(st.binary(max_size=200))
@in_any_time
def test_random_bytes_are_no_zip(data: bytes) -> None:
    if b"PK\5\6" not in data:
        assert not is_zip(io.BytesIO(data))
        with pytest.raises(ZipError, match="is damaged, or only a part of a zip"):
            read_list(io.BytesIO(data))


@pytest.mark.parametrize("method", METHODS)
def test_the_limit_is_exact(method: int) -> None:
    assert read(packed({"a": bytes(LIMIT)}, method)) == {"a": bytes(LIMIT)}
    assert problem(packed({"a": bytes(LIMIT + 1)}, method)) == "is too large (over 0 MiB)"


@pytest.mark.parametrize("method", METHODS)
def test_a_bomb_is_unpacked_no_further_than_the_limit(method: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def measured(data: bytes) -> int:
        made.append(len(data))
        return 0

    data = packed({"a": bytes(50 << 20)}, method)
    monkeypatch.setattr("autograder.isolation.opening.zips.zlib.crc32", measured)
    assert problem(data, 1 << 20) == "is too large (over 1 MiB)"
    assert made == []  # it is not even looked at
    file = Counted(data)
    (entry,) = read_list(file)
    tracemalloc.start()
    try:
        with pytest.raises(ZipError):
            unpack(file, entry, 1 << 20)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert file.taken < (2 << 20)
    assert most < (20 << 20)  # LZMA's dictionary has 8 MiB


def test_lzma_gets_no_more_memory_than_it_may() -> None:
    data = bytearray(packed({"a": b"x = 1\n" * 50}, zipfile.ZIP_LZMA))
    assert read(bytes(data)) == {"a": b"x = 1\n" * 50}
    start = 30 + len("a")  # of the bytes: version, length of the properties, the properties
    struct.pack_into("<L", data, start + 5, 0xFFFFFFFF)
    assert problem(bytes(data)) == "is damaged (it cannot be unpacked)"


@pytest.mark.parametrize("place", [-5, 10, 1 << 40, 1 << 63, 1 << 64, -(1 << 64)])
def test_a_place_that_does_not_exist_is_damage(tmp_path: Path, place: int) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed({"a": b"x"}))
    entry = Entry("a", 0, 0, 0, 0, 1, place)
    with pytest.raises(ZipError, match="is damaged"):
        unpack(io.BytesIO(path.read_bytes()), entry, LIMIT)
    with path.open("rb") as file, pytest.raises(ZipError, match="is damaged"):
        unpack(file, entry, LIMIT)


def test_what_an_entry_claims_about_its_length_is_not_believed() -> None:
    data = bytearray(packed({"a": bytes(LIMIT * 2)}))
    for sign, place in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        struct.pack_into("<L", data, data.index(sign) + place, 10)
    assert problem(bytes(data)) == "is too large (over 0 MiB)"


def test_a_list_that_is_too_long_is_not_read() -> None:
    listed = (b"PK\1\2" + bytes(43)) * (MAX_LIST_BYTES // 47 + 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(listed), 0, 0)
    file = Counted(listed + end)
    with pytest.raises(ZipError, match="lists too many files"):
        read_list(file)
    assert file.taken < 70_000


def test_many_signs_of_an_end_cost_little() -> None:
    file = Counted(b"PK\1\2" + b"PK\5\6" * 16_000 + b"\1" * 18)
    with pytest.raises(ZipError):
        read_list(file)
    assert file.taken < 20_000_000


@pytest.mark.parametrize(
    ("mode", "flags", "method", "words"),
    [
        (stat.S_IFLNK, 0, 0, "is a link"),
        (stat.S_IFIFO, 0, 0, "is no plain file"),
        (stat.S_IFCHR, 0, 0, "is no plain file"),
        (stat.S_IFREG, 1, 0, "is locked with a password"),
        (0, 1, 99, "is locked with a password"),
        (0, 0, 9, "is packed by a method that cannot be read here (number 9)"),
    ],
)
def test_what_is_not_to_be_read_says_why(mode: int, flags: int, method: int, words: str) -> None:
    entry = Entry("a", mode, flags, method, 0, 0, 0)
    with pytest.raises(ZipError) as caught:
        unpack(io.BytesIO(), entry, LIMIT)
    assert str(caught.value) == entry.problem == words


def test_permissions_of_dos_are_no_file_types() -> None:
    data = packed({"a": b"x"}).replace(b"PK\1\2\x14\x03", b"PK\1\2\x14\x00")
    assert read(data) == {"a": b"x"}
    assert read_list(io.BytesIO(data))[0].mode == 0
