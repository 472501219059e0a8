"""Files of the gradebook: reads submissions without trusting them, and swaps finished folders into place."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from autograder.isolation.opening import zips

KINDS = {".ipynb", ".py", ".pdf", ".md", ".txt", ".tex", ".docx", ".odt", ".png", ".jpg", ".jpeg"}
DOCUMENTS = {".pdf", ".md", ".tex", ".docx", ".odt"}
MAX_FILES = 500
MAX_FILE_BYTES = 50_000_000
MAX_TOTAL_BYTES = 100_000_000


class FilesError(ValueError):
    """A submission cannot be opened. The message is one line that says why."""


def read_files(path: Path) -> dict[str, bytes]:
    """Read what a person may want to look at from a submission: notebooks, modules, documents, pictures.

    Links, hidden files, odd paths and files of other kinds are left out; a folder around everything is dropped.

    Raises:
        FilesError: the submission is neither a folder nor a zip that can be opened, or it is too big.
    """
    found: dict[str, bytes] = {}
    total = 0
    try:
        for name, content in _members(path):
            total += len(content)
            if len(content) > MAX_FILE_BYTES or total > MAX_TOTAL_BYTES or len(found) >= MAX_FILES:
                raise FilesError(
                    f"{path.name} is too big to copy: over {MAX_FILES} files or {MAX_TOTAL_BYTES // 10**6} MB"
                )
            found.setdefault(name, content)
    except zips.ZipError as error:
        raise FilesError(f"{path.name} cannot be opened: it, or a file in it, {error}") from None
    except OSError as error:
        raise FilesError(f"{path.name} cannot be opened: {error.strerror}") from None
    tops = {name.split("/", 1)[0] for name in found}
    if len(tops) == 1 and all("/" in name for name in found) and not tops <= {"models"}:
        found = {name.split("/", 1)[1]: content for name, content in found.items()}
    return found


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for folder, folders, files in os.walk(path):
            folders.sort()
            for file in sorted(files):
                place = Path(folder) / file
                name = place.relative_to(path).as_posix()
                if _wanted(name) and stat.S_ISREG(place.lstat().st_mode):
                    with place.open("rb") as stream:
                        yield name, stream.read(MAX_FILE_BYTES + 1)
        return
    if path.exists() and not path.is_file():
        raise zips.ZipError("is no plain file")  # a pipe would keep us waiting for ever
    left = MAX_TOTAL_BYTES
    with path.open("rb") as stream:
        for entry in zips.read_list(stream):
            if _wanted(entry.name) and not entry.problem:
                left -= entry.packed
                if left < 0:
                    raise zips.ZipError("is too big to copy")
                yield entry.name, zips.unpack(stream, entry, MAX_FILE_BYTES)


def _wanted(name: str) -> bool:
    parts = name.split("/")
    if "\\" in name or not name.isprintable() or len(name) > 200:
        return False
    if any(part in ("", ".", "..", "__MACOSX", "__pycache__") or part.startswith(".") for part in parts):
        return False
    return PurePosixPath(name).suffix.lower() in KINDS


def find(files: Mapping[str, bytes], name: str) -> str | None:
    """Return the text of the file of that name, of several the least deep one; None where there is none."""
    places = [place for place in files if place == name or place.endswith("/" + name)]
    if not places:
        return None
    return files[min(places, key=lambda place: (place.count("/"), place))].decode("utf-8-sig", "replace")


def has_documents(files: Iterable[str]) -> bool:
    """Did the student hand in a text that a person should read, such as a report?"""
    return any(PurePosixPath(name).suffix.lower() in DOCUMENTS for name in files)


def recover(gradebook: Path, assignment: str) -> None:
    """Take away what a killed run has left; a folder that it had just moved aside goes back to its place."""
    for folder in gradebook.glob(f".staging-{assignment}.*"):
        for path in folder.glob("old-*-*"):
            _, step, student = path.name.split("-", 2)
            place = gradebook / step / student / assignment
            if not place.exists():
                path.rename(place)
        shutil.rmtree(folder, ignore_errors=True)


class Staging:
    """A folder beside the real ones where a student's folders are written before they replace the old ones."""

    def __init__(self, gradebook: Path, assignment: str) -> None:
        """Make the staging folder below `gradebook`, for one assignment."""
        self._root, self._assignment = gradebook, assignment
        recover(gradebook, assignment)
        self._folder = Path(tempfile.mkdtemp(prefix=f".staging-{assignment}.", dir=gradebook))

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def current(self, step: str, student: str) -> Path:
        """Where nbgrader looks for a student's folder; step is `submitted` or `autograded`."""
        return self._root / step / student / self._assignment

    def write(self, step: str, student: str, files: Mapping[str, bytes]) -> None:
        """Write a student's files, all of them or none.

        Raises:
            OSError: they cannot be written.
        """
        base = self._folder / step / student
        base.mkdir(parents=True)
        try:
            for name, content in files.items():
                place = base / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
        except OSError:
            shutil.rmtree(base, ignore_errors=True)
            raise

    def publish(self, step: str, student: str) -> None:
        """Put a student's new folder in the place of the old one.

        Raises:
            OSError: it cannot be moved.
        """
        place = self.current(step, student)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            place.rename(self._folder / f"old-{step}-{student}")
        (self._folder / step / student).rename(place)
