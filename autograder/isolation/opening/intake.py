"""Takes in those files of a submission that may be work, the likeliest first, until a bound is reached."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from autograder.isolation.opening.opening import MAX_DEPTH, PASSED_OVER, Item, ReadError, clean
from autograder.isolation.opening.zips import ZipError

MAX_FILES = 2_000
MAX_FILE_BYTES = 20 << 20
MAX_PYTHON_BYTES = 1 << 20
MAX_TOTAL_BYTES = 60 << 20
MAX_UNREADABLE = 10
# Browsers and editors add an ending of their own to what they do not know; Windows shows no dots and spaces at the end.
_NOTEBOOK = re.compile(r"\.ipynb(\.json|\.txt)?[. ]*$", re.IGNORECASE)
_PYTHON = re.compile(r"\.py(?P<more>(\.txt)?[. ]*)$", re.IGNORECASE)
_ZIP = re.compile(r"\.zip$", re.IGNORECASE)


def is_notebook(name: str) -> bool:
    """Is this the name of a notebook?"""
    return bool(_NOTEBOOK.search(name))


def is_python(name: str) -> bool:
    """Is this the name of a Python file?"""
    return bool(_PYTHON.search(name))


def python_path(name: str) -> str:
    """The name of a Python file without what was added to its end."""
    match = _PYTHON.search(name)
    return name[: match.start("more")] if match else name


def is_work(name: str) -> bool:
    """Is this the name of a file that may hold a student's work?"""
    return is_notebook(name) or is_python(name)


def is_inner_zip(name: str) -> bool:
    """Is this the name of a zip?"""
    return bool(_ZIP.search(name))


@dataclass
class Intake:
    """What was read of a submission, and what stood in the way.

    Attributes:
        files: path to content.
        problems: what cannot be read and why, half a sentence each.
        notes: what else was odd, one sentence each.
        spent: bytes read or unpacked so far.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    spent: int = 0

    def take(self, items: Iterable[Item], wanted: Callable[[str], bool]) -> None:
        """Read the files whose names are wanted; junk, hidden files and what lies too deep are passed over.

        Where something is wanted at all, nothing is read whose path leads out of the zip.
        """
        chosen = [item for item in items if wanted(item.name) and _is_plain_place(item.name)]
        outside = [item for item in chosen if item.outside]
        if len(outside) < len(chosen):
            chosen = [item for item in chosen if not item.outside]
            self.notes += [f"{item.outside} leads out of the zip and was passed over." for item in outside]
        # Of two with the same name the later stays the later: it is what unpacking the zip would leave.
        chosen.sort(key=lambda item: (not is_notebook(item.name), item.name.count("/")))
        for place, item in enumerate(chosen):
            if place >= MAX_FILES:
                reason = f"there are over {MAX_FILES:,}"
            elif len(self.problems) >= MAX_UNREADABLE:
                reason = "too many cannot be read"
            elif not self._read(item):
                reason = f"all together have over {MAX_TOTAL_BYTES >> 20} MiB"
            else:
                continue
            self.notes.append(f"{len(chosen) - place} more files were not looked at: {reason}.")
            return

    def _read(self, item: Item) -> bool:
        """Read one file; return False where that was one too many."""
        shown = clean(item.name)
        try:
            data = item.read(MAX_PYTHON_BYTES if is_python(item.name) else MAX_FILE_BYTES)
        except (ReadError, ZipError) as error:
            self.problems.append(f"{shown} {error}")
            return True
        self.spent += max(item.size, len(data))
        if self.spent > MAX_TOTAL_BYTES:
            return False
        if item.name in self.files:
            self.notes.append(f"{shown} is there more than once; the last one is graded.")
        self.files[item.name] = data
        return True


def _is_plain_place(name: str) -> bool:
    parts = name.split("/")
    return len(parts) <= MAX_DEPTH and not any(part.startswith(".") or part in PASSED_OVER for part in parts)
