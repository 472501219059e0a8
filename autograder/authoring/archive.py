"""Zips that are the same bytes whenever and wherever they are made from the same files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can say; a real one would change with every build
_UNIX = 3
_LEVEL = 9


def zip_bytes(entries: Mapping[str, bytes], executable: Collection[str] = ()) -> bytes:
    """Return a zip of the entries, sorted by name, with fixed times and permissions.

    Args:
        entries: file names, with `/` between folders, and their contents.
        executable: names of the entries that are programs.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.create_system = _UNIX
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100755 if name in executable else 0o100644) << 16
            archive.writestr(info, entries[name])
    return buffer.getvalue()


def read_zip(data: bytes) -> dict[str, bytes]:
    """Return the files of a zip that we made ourselves: their names and contents."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder: their names, with `/` between folders, and contents."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def write_folder(folder: Path, entries: Mapping[str, bytes]) -> None:
    """Write the entries as files below a folder."""
    for name, data in entries.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def below(top: str, entries: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the entries in one folder named `top`."""
    return {f"{top}/{name}": data for name, data in entries.items()}
