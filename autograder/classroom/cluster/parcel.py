"""A submission as it travels to another machine, and unpacked there: what opens it finds there what it finds here.

Only what opening would read is sent. Of other files it sees the names, so names are sent.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from autograder.isolation.opening.intake import (
    MAX_FILE_BYTES,
    MAX_PYTHON_BYTES,
    MAX_TOTAL_BYTES,
    is_inner_zip,
    is_notebook,
    is_python,
    is_work,
)
from autograder.isolation.opening.opening import CHECKPOINTS, MAX_DEPTH, MAX_LISTED, PASSED_OVER

MAX_BYTES = 200 << 20  # of one file that is a submission by itself
FOLDER, FILE, LINK, OTHER = "folder", "file", "link", "other"


class TooLarge(ValueError):
    """A submission is too large to be sent. The message is one line."""


@dataclass(frozen=True)
class Entry:
    """A file or folder.

    Attributes:
        path: from the submission; empty for the submission itself.
        kind: FOLDER, FILE, LINK or OTHER: a pipe, a device, what cannot be read.
        data: a file's content, where it matters.
        size: how large the file is, where its content is not sent.
    """

    path: str
    kind: str
    data: bytes = b""
    size: int = 0


@dataclass(frozen=True)
class Parcel:
    """A submission: its name, and what it consists of; nothing where there is none."""

    name: str
    entries: tuple[Entry, ...]


def pack(path: Path) -> Parcel:
    """Read a submission: a zip, a folder or another file.

    Raises:
        TooLarge: it is a file of more than `MAX_BYTES`.
    """
    try:
        mode = path.stat().st_mode  # a link to a submission is followed, as it is not the student's
    except OSError:
        return Parcel(path.name, ())
    if stat.S_ISDIR(mode):
        return Parcel(path.name, (Entry("", FOLDER), *_folder(path)))
    if not stat.S_ISREG(mode):
        return Parcel(path.name, (Entry("", OTHER),))
    if path.stat().st_size > MAX_BYTES:
        raise TooLarge(f"{path.name} has over {MAX_BYTES >> 20} MiB, too much to send; grade it without --cluster")
    return Parcel(path.name, (_file(path, "", MAX_BYTES),))


def unpack(parcel: Parcel, folder: Path) -> Path:
    """Write a submission into an empty folder and return its path."""
    root = folder / parcel.name
    for entry in parcel.entries:
        path = root / entry.path if entry.path else root
        if entry.kind == FOLDER:
            path.mkdir()
        elif entry.kind == LINK:
            path.symlink_to("nowhere")  # no link is followed, wherever it leads
        elif entry.kind == OTHER:
            os.mkfifo(path)
        else:
            path.write_bytes(entry.data)
            if entry.size:
                os.truncate(path, entry.size)
    return root


def _folder(root: Path) -> Iterator[Entry]:
    """The entries of a folder: the notebooks with their content first, until there is more than anyone reads."""
    found = list(islice(_walk(root), MAX_LISTED))
    found.sort(key=lambda entry: (entry.kind != FOLDER, not is_notebook(entry.path), entry.path.count("/")))
    spent = 0
    for entry in found:
        matters = entry.kind == FILE and (is_work(entry.path) or is_inner_zip(entry.path))
        limit = MAX_PYTHON_BYTES if is_python(entry.path) else MAX_FILE_BYTES
        if not matters or spent > MAX_TOTAL_BYTES:
            yield entry if matters else Entry(entry.path, entry.kind)
            continue
        read = _file(root / entry.path, entry.path, limit)
        spent += len(read.data)
        yield read


def _walk(root: Path, above: str = "", depth: int = 1) -> Iterator[Entry]:
    """All that is in a folder, without content; not what lies too deep, nor what is no student's work."""
    try:
        listing = sorted(os.scandir(root / above), key=lambda entry: entry.name)
    except OSError:
        return
    for item in listing:
        path = f"{above}{item.name}"
        if item.is_symlink():
            yield Entry(path, LINK)
        elif item.is_dir(follow_symlinks=False):
            yield Entry(path, FOLDER)
            named = item.name == CHECKPOINTS or not (item.name in PASSED_OVER or item.name.startswith("."))
            if named and depth < MAX_DEPTH:
                yield from _walk(root, f"{path}/", depth + 1)
        elif item.is_file(follow_symlinks=False):
            yield Entry(path, FILE, size=item.stat(follow_symlinks=False).st_size)
        else:
            yield Entry(path, OTHER)


def _file(path: Path, name: str, limit: int) -> Entry:
    """A file with its content; of one that is too large the size alone."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError:
        return Entry(name, OTHER)
    return Entry(name, FILE, data) if len(data) <= limit else Entry(name, FILE, size=path.stat().st_size)
