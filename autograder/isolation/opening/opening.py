"""Opens what was handed in, a zip, a folder or a single file: what is in it, each file to be read on demand.

Nothing is run and nothing is written to disk. Links are not followed, and only plain files are ever opened: a pipe
or a device could keep the grader waiting for ever.
"""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from autograder.authoring.cells import module_line
from autograder.isolation.opening import filetypes
from autograder.isolation.opening.texts import decode
from autograder.isolation.opening.zips import Entry, ZipError, is_zip, read_list, unpack

MAX_DEPTH = 8  # folders in folders
MAX_LISTED = 50_000  # files and folders looked at in a folder
PASSED_OVER = {"__MACOSX", "__pycache__", "node_modules", "site-packages"}  # and all whose names begin with a dot
ADVICE = "hand in the zip of collect_submission.py"
CHECKPOINTS = ".ipynb_checkpoints"
_SHOWN = 80  # letters of a name
_ZIP_BEGINS = (b"PK\3\4", b"PK\5\6", b"PK\7\x08")


class SubmissionError(ValueError):
    """A submission cannot be graded. The message says why in one line, and what to hand in instead."""


class ReadError(ValueError):
    """One file cannot be read. The message completes a sentence that begins with its name."""


@dataclass(frozen=True)
class Item:
    """A file that was handed in, not read yet.

    Attributes:
        name: its path, with `/` between the parts; fit to be shown.
        size: how many bytes it has where it lies, before it is unpacked.
        read: returns its content if that has no more bytes than the given limit; raises ReadError or ZipError.
        outside: the path as it stands in the zip, if it leads out of the zip.
    """

    name: str
    size: int
    read: Callable[[int], bytes]
    outside: str = ""


def items_of(path: Path, stack: ExitStack) -> list[Item]:
    """List the files of a zip or a folder, or the notebook or Python file that was handed in by itself.

    Args:
        path: what was handed in; a link to it is followed, as it is not the student's.
        stack: keeps the zip open as long as files of it are read.

    Raises:
        SubmissionError: it is nothing of all that.
    """
    name = clean(path.name)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return list(_folder_items(path))
        if not stat.S_ISREG(mode):
            raise SubmissionError(f"{name} is no plain file and no folder; {ADVICE}")
        file = stack.enter_context(path.open("rb"))
        return _file_items(file, name)
    except FileNotFoundError:
        raise SubmissionError(f"{name} does not exist") from None
    except OSError as error:
        raise SubmissionError(f"{name} cannot be read ({error.strerror}); {ADVICE}") from None


def zip_items(data: bytes, inside: str) -> list[Item]:
    """List the files of a zip that lies in a zip or folder.

    Args:
        data: the zip.
        inside: its own name; those of its files get it in front.

    Raises:
        SubmissionError: it cannot be opened.
    """
    return [Item(f"{inside}/{item.name}", item.size, item.read) for item in _zip_items(io.BytesIO(data), inside)]


def clean(name: str) -> str:
    """Make a name fit to be shown: signs that can be seen, and not too many of them."""
    seen = "".join(sign if sign.isprintable() else "?" for sign in name)
    return seen if len(seen) <= _SHOWN else f"{seen[: _SHOWN // 2]}…{seen[-_SHOWN // 2 + 1 :]}"


# Files and zips -----------------------------------------------------------------------------------------


def _file_items(file: BinaryIO, name: str) -> list[Item]:
    head = file.read(filetypes.HEAD)
    kind = filetypes.name_of(head)
    # A program may be a zip that unpacks itself; a tar may end with a zip that lies in it.
    if head.startswith(_ZIP_BEGINS) or (kind in ("", "a program") and is_zip(file)):
        return _zip_items(file, name)
    if kind:
        raise SubmissionError(f"{name} is {kind}, not a zip; {ADVICE}")
    if not head:
        raise SubmissionError(f"{name} is empty: it has 0 bytes; {ADVICE}")
    read = partial(_read_rest, file)
    size = file.seek(0, os.SEEK_END)
    text = decode(head).lstrip()
    if text.startswith("{"):
        return [Item(name if name.lower().endswith(".ipynb") else f"{name}.ipynb", size, read)]
    module = module_line(text)
    if module or name.lower().endswith(".py"):
        return [Item(module or name, size, read)]
    raise SubmissionError(f"{name} is no zip, no notebook and no Python file; {ADVICE}")


def _zip_items(file: BinaryIO, name: str) -> list[Item]:
    try:
        entries = [entry for entry in read_list(file) if not entry.is_folder]
    except ZipError as error:
        raise SubmissionError(f"{name} {error}; zip your folder again") from None
    kind = filetypes.name_of_zip([entry.name for entry in entries])
    if kind:
        raise SubmissionError(f"{name} is {kind}, not a zip of your work; {ADVICE}")
    if not entries:
        raise SubmissionError(f"{name} is a zip without any file in it; {ADVICE}")
    return [_zip_item(file, entry) for entry in entries]


def _zip_item(file: BinaryIO, entry: Entry) -> Item:
    path = re.sub(r"^[A-Za-z]:", "/", entry.name)  # a drive of Windows
    parts = [part for part in path.split("/") if part not in ("", ".")]
    outside = path.startswith("/") or ".." in parts
    name = "/".join(clean(part) for part in parts if part != "..")
    return Item(name, entry.packed, partial(unpack, file, entry), clean(entry.name) if outside else "")


def _read_rest(file: BinaryIO, limit: int) -> bytes:
    if file.seek(0, os.SEEK_END) > limit:
        raise ReadError(f"is too large (over {limit >> 20} MiB)")
    file.seek(0)
    return file.read(limit)


# Folders ------------------------------------------------------------------------------------------------


def _folder_items(path: Path) -> Iterator[Item]:
    """Walk through a folder, the outer folders first."""
    waiting: list[tuple[str, str]] = [(str(path), "")]
    left = MAX_LISTED
    while waiting and left > 0:
        folder, above = waiting.pop(0)
        try:
            with os.scandir(folder) as listing:
                entries = sorted(islice(listing, left), key=lambda entry: entry.name)
        except OSError as error:
            if not above:
                raise
            yield Item(above.rstrip("/"), 0, partial(_refuse, f"cannot be opened ({error.strerror})"))
            continue
        left -= len(entries)
        for entry in entries:
            name = above + clean(entry.name)
            if entry.is_symlink():
                yield Item(name, 0, partial(_refuse, "is a link"))
            elif not entry.is_dir(follow_symlinks=False):
                yield Item(name, 0, partial(_read_plain, entry.path))
            elif _is_open(entry.name) and name.count("/") + 1 < MAX_DEPTH:
                waiting.append((entry.path, name + "/"))


def _is_open(folder: str) -> bool:
    """Is this a folder to look into? Jupyter's copies are listed, so that it can be said when there is nothing else."""
    return folder == CHECKPOINTS or (folder not in PASSED_OVER and not folder.startswith("."))


def _refuse(reason: str, limit: int) -> bytes:
    raise ReadError(reason)


def _read_plain(path: str, limit: int) -> bytes:
    # Should it be another thing by the time it is opened: a pipe would not make us wait, a link would not lead away.
    flags = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
    try:
        if stat.S_ISREG(os.lstat(path).st_mode):
            with os.fdopen(os.open(path, flags), "rb") as file:
                if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return _read_rest(file, limit)
    except OSError as error:
        raise ReadError(f"cannot be read ({error.strerror})") from None
    raise ReadError("is no plain file")
