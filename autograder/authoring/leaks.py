"""Looks for what must not reach students: in the source before a build, and in everything built after it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.authoring import markers
from autograder.authoring.assignment import SETTINGS, Assignment, notebook_files
from autograder.authoring.cells import Cell, NotebookError, read_notebook
from autograder.authoring.course import Course
from autograder.authoring.package import whole_package
from autograder.authoring.regions import MarkerError
from autograder.authoring.shipping import ReleaseError, declared_files, is_leftover, source_files, test_files

_MARKER = re.compile(
    r"^[^\w\n]*(begin|end)[\s_-]*(solutions?|hidden[\s_-]*tests?|mark[\s_-]*scheme)\b",
    re.IGNORECASE | re.MULTILINE,
)
_LONG = 25  # shorter lines say nothing: `return output, hidden` is in every file
_SHOWN = 60  # characters of a line that a message quotes


def source_problems(folder: Path, assignment: Assignment) -> list[str]:
    """Return what is wrong with an assignment's source folder, one line each; nothing if all is well."""
    problems: list[str] = []
    for path in notebook_files(folder):
        try:
            cells = read_notebook(path)
        except NotebookError as error:
            problems.append(str(error))
            continue
        for cell in cells:
            try:
                markers.cleared(cell)
                markers.without_scheme(cell)
            except MarkerError as error:
                problems.append(f"{cell.where}: {error}")
    try:
        declared = set(declared_files(folder, assignment))
    except ReleaseError as error:
        return [*problems, *error.problems]
    for name in source_files(folder, assignment):
        if name.suffix == ".ipynb":
            if len(name.parts) > 1:
                problems.append(
                    f"{name}: a notebook in a subfolder does not ship; move it to {folder.name}/ or delete it"
                )
        elif name.name != SETTINGS and _has_marker(folder / name):
            what = "[release] files declares it" if name in declared else "it looks like a solution left behind"
            problems.append(
                f"{name}: solution markers outside a notebook, and {what}; markers work in notebooks only: "
                f"move the code into one, or delete the file"
            )
    return problems


def _has_marker(path: Path) -> bool:
    return bool(_MARKER.search(path.read_bytes().decode("utf-8", "replace")))


@dataclass(frozen=True)
class Secrets:
    """What students must not see: long lines of solutions and hidden tests, each with where it stands."""

    solutions: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict)
    hidden_names: frozenset[str] = frozenset()


def secrets(course: Course, assignment: Assignment) -> Secrets:
    """Collect an assignment's secrets.

    A line of a solution is no secret if a given cell shows it too. A line of a hidden test is none if a
    public test, our own package or a given line of a module has it too, nor if it is an import.

    Raises:
        MarkerError: a cell's markers are wrong; `source_problems` says which.
    """
    lines: dict[str, str] = {}
    given: list[str] = []
    for path in notebook_files(course.source(assignment.name)):
        for cell in read_notebook(path):
            given.append(_given(cell))
            lines.update((line, cell.where) for line in _long_lines(markers.secret_lines(cell)))
    shown = "\n".join(given)
    solutions = {line: where for line, where in lines.items() if line not in shown}

    public = test_files(course.tests("public", assignment.name))
    hidden = test_files(course.tests("hidden", assignment.name))
    allowed = [data.decode("utf-8", "replace") for data in (*public.values(), *whole_package().values())]
    known = "\n".join([*allowed, *assignment.modules().values()])
    tests = {
        line: f"hidden/{name}"
        for name, data in hidden.items()
        for line in _long_lines(data.decode("utf-8", "replace").split("\n"))
        if line not in known and not line.startswith(("import ", "from "))
    }
    names = {PurePosixPath(name).name for name in hidden} - {PurePosixPath(name).name for name in public}
    return Secrets(solutions, tests, frozenset(names))


def _given(cell: Cell) -> str:
    text = markers.cleared(cell)
    return markers.without_scheme(cell) if markers.is_task(cell) else text


def _long_lines(lines: list[str]) -> Iterator[str]:
    for line in lines:
        text = line.strip()
        if len(text) > _LONG and any(letter.isalnum() for letter in text):
            yield text


def scan(entries: Mapping[str, bytes], hidden_things: Secrets, assignment: Assignment) -> list[str]:
    """Return what built files give away, one line each.

    Args:
        entries: names (below the release folder) and contents.
        hidden_things: what to look for.
        assignment: its leftovers may not be in the files either.
    """
    problems: list[str] = []
    own = whole_package()
    for name, data in entries.items():
        relative = PurePosixPath(name)
        if relative.name == SETTINGS or relative.name in hidden_things.hidden_names or "hidden" in relative.parts:
            problems.append(f"{name}: this file is for instructors only; report it: the build must not ship it")
            continue
        if own.get(name) == data:
            continue
        if is_leftover(relative, assignment):
            problems.append(f"{name}: left behind by a run or an editor; report it: the build must not ship it")
            continue
        problems.extend(content_problems(name, data, hidden_things))
    return problems


def content_problems(name: str, data: bytes, hidden_things: Secrets) -> Iterator[str]:
    """Yield what one file's content gives away."""
    raw = data.decode("utf-8", "replace")
    texts = [raw]
    if name.endswith((".ipynb", ".json")):
        try:
            texts.append("\n".join(_strings(json.loads(raw))))
        except (ValueError, RecursionError):
            yield f"{name}: its JSON cannot be read; delete the file and build again"
    if any(_MARKER.search(text) for text in texts):
        yield f"{name}: a solution marker is left in it; check the markers of this file's source"
    found = [
        (line, where, kind)
        for kind, lines in (("a solution", hidden_things.solutions), ("a hidden test", hidden_things.hidden))
        for line, where in lines.items()
        if any(line in text for text in texts)
    ]
    if found:
        line, where, kind = found[0]
        more = f" and {len(found) - 1} more lines" if len(found) > 1 else ""
        quote = line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
        yield (
            f"{name}: shows a line of {kind}{more} ({where}): {quote!r}; "
            f"take it out here, or give it to students in the notebook's own text"
        )


def _strings(value: Any) -> Iterator[str]:
    """Every text in a JSON value; a list of texts, as notebooks keep their lines, is one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield "".join(value)
        else:
            for item in value:
                yield from _strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)
