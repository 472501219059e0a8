"""Finding a class's submissions in a folder, however it was downloaded.

Known layouts: Gradescope's export (`submission_<id>/` and `submission_metadata.yml`), Canvas' download
(`lastfirst_<user>_<submission>_name.zip`), nbgrader's `submitted/<student>/<assignment>/`, and plain zips or folders
that are called after their students.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

METADATA = "submission_metadata.yml"
TIMESTAMP = "timestamp.txt"
_CANVAS = re.compile(r"^(?P<name>[^_]+)_(?:LATE_|late_)?(?P<user>\d+)_(?P<submission>\d+)_.+$")
_GRADESCOPE = re.compile(r"^submission_(?P<id>\w+)$")
# Archives of other kinds are submissions, too: each gets its own line that says what to hand in instead.
_ARCHIVES = {".zip", ".ipynb", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".docx", ".py"}


class FolderError(ValueError):
    """A folder holds no submissions. The message says what was expected."""


@dataclass(frozen=True)
class HandedIn:
    """One submission: whose it is (a group has several students), where it lies, and when it was handed in."""

    students: tuple[str, ...]
    path: Path
    timestamp: datetime | None = None


@dataclass(frozen=True)
class Found:
    """The submissions of a folder, sorted by student, and what to say about the folder, one sentence each."""

    submissions: tuple[HandedIn, ...]
    notes: tuple[str, ...] = ()


def find_submissions(folder: Path, assignment: str) -> Found:
    """Find the submissions to an assignment in a folder.

    Of several submissions of one student the latest counts, and it is said.

    Raises:
        FolderError: there are none, or the folder cannot be read.
    """
    if not folder.is_dir():
        raise FolderError(f"{folder} is no folder; name one with a zip or a subfolder for each student")
    try:
        entries = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "__")))
        found, notes = _any_layout(folder, entries, assignment)
    except OSError as error:
        raise FolderError(f"{folder} cannot be read: {error.strerror or error}") from None
    if not found:
        raise FolderError(f"{folder} holds no submission: neither a zip nor a subfolder for each student")
    latest, double = _latest(found)
    return Found(tuple(sorted(latest, key=lambda entry: entry.students)), (*notes, *double))


def _any_layout(folder: Path, entries: list[Path], assignment: str) -> tuple[list[HandedIn], list[str]]:
    if (folder / METADATA).is_file():
        return _gradescope(folder, entries)
    works = [path for path in entries if path.is_dir() or path.suffix.lower() in _ARCHIVES]
    notes = [
        f"{path.name} was passed over: it is neither a zip nor a folder."
        for path in entries
        if path not in works and path.suffix.lower() not in (".csv", ".yml", ".txt")
    ]
    nested = [path / assignment for path in works if path.is_dir() and (path / assignment).is_dir()]
    if nested and len(nested) == sum(path.is_dir() for path in works):
        notes += [f"{path.name} was passed over: it is no student's folder." for path in works if not path.is_dir()]
        return [HandedIn((path.parent.name,), path, _stamped(path)) for path in nested], notes
    matches = {path: match for path in works if (match := _CANVAS.match(path.stem))}
    if matches and len(matches) == len(works):
        return _canvas(matches), notes
    return [HandedIn((path.stem if path.is_file() else path.name,), path, _changed(path)) for path in works], notes


def _canvas(matches: Mapping[Path, re.Match[str]]) -> list[HandedIn]:
    """A student is called as in the file's name; two of one name are told apart by Canvas' number."""
    users: dict[str, set[str]] = {}
    for match in matches.values():
        users.setdefault(match["name"], set()).add(match["user"])
    return [
        HandedIn(
            (match["name"] if len(users[match["name"]]) == 1 else f"{match['name']}_{match['user']}",),
            path,
            _changed(path),
        )
        for path, match in matches.items()
    ]


def _gradescope(folder: Path, entries: Iterable[Path]) -> tuple[list[HandedIn], list[str]]:
    """Read Gradescope's export. A submission without metadata is graded under its own number."""
    import yaml

    try:
        metadata = yaml.safe_load((folder / METADATA).read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FolderError(f"{METADATA} cannot be read ({str(error).splitlines()[0]}); export it again") from None
    known = metadata if isinstance(metadata, Mapping) else {}
    found, notes = [], []
    for path in entries:
        name = path.stem if path.is_file() else path.name
        if path.name == METADATA or not _GRADESCOPE.match(name):
            continue
        entry = _plain(known.get(name))
        submitters = entry.get("submitters")
        students = (
            tuple(_student(one) for one in submitters if isinstance(one, Mapping))
            if isinstance(submitters, list)
            else ()
        )
        if not students:
            notes.append(f"{name} has no submitter in {METADATA} and is graded under its own name.")
        found.append(HandedIn(students or (name,), path, _moment(entry.get("created_at")) or _changed(path)))
    return found, notes


def _student(submitter: Mapping[str, Any]) -> str:
    """E-mail, else number, else name: the first that is there."""
    plain = _plain(submitter)
    return next((str(plain[key]).strip() for key in ("email", "sid", "name") if plain.get(key)), "unknown")


def _plain(entry: Any) -> dict[str, Any]:
    """Gradescope writes Ruby's symbols: `:created_at` for `created_at`."""
    return {str(key).lstrip(":"): value for key, value in entry.items()} if isinstance(entry, Mapping) else {}


def _moment(value: Any) -> datetime | None:
    """A time with its offset; one without is UTC, as YAML has it."""
    if isinstance(value, str):
        text = re.sub(r"(\.\d{6})\d+", r"\1", value.strip()).replace(" UTC", "+00:00").replace("Z", "+00:00")
        try:
            value = datetime.fromisoformat(re.sub(r"\s+([+-]\d\d):?(\d\d)$", r"\1:\2", text))
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)


def _stamped(folder: Path) -> datetime | None:
    """nbgrader's `timestamp.txt`, else when the folder was changed."""
    path = folder / TIMESTAMP
    text = path.read_text(encoding="utf-8", errors="replace").strip() if path.is_file() else ""
    return _moment(text) or _changed(folder)


def _changed(path: Path) -> datetime:
    """When a file or folder was last changed, with the local time zone."""
    try:
        found = path.stat()
    except OSError:  # a link to nothing or to itself is a submission, too: its line says so
        found = path.lstat()
    return datetime.fromtimestamp(found.st_mtime).astimezone()


def _latest(found: Iterable[HandedIn]) -> tuple[list[HandedIn], list[str]]:
    """Keep each student's latest submission; a member of two groups stays in the one handed in last."""
    latest: dict[str, HandedIn] = {}
    notes: list[str] = []
    earliest = datetime.min.replace(tzinfo=timezone.utc)
    for entry in sorted(found, key=lambda one: (one.timestamp or earliest, one.path.name)):
        for student in entry.students:
            if student in latest:
                notes.append(
                    f"{student} handed in {latest[student].path.name} and {entry.path.name}; the later is graded."
                )
            latest[student] = entry
    kept = [
        replace(entry, students=students)
        for entry in found
        if (students := tuple(student for student in entry.students if latest[student] is entry))
    ]
    return kept, notes
