"""What a student handed in: the notebooks and Python files that grading reads, from the folder that is meant."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.authoring.assignment import Assignment
from autograder.authoring.cells import Cell, NotebookError, parse_notebook
from autograder.isolation.opening import filetypes
from autograder.isolation.opening.finding import Budget, find_cells, may_define, same_code, squeezed
from autograder.isolation.opening.intake import Intake, is_inner_zip, is_notebook, is_python, is_work, python_path
from autograder.isolation.opening.opening import ADVICE, CHECKPOINTS, Item, SubmissionError, clean, items_of, zip_items
from autograder.isolation.opening.texts import decode

__all__ = ["Submission", "SubmissionError", "open_submission"]

_MAX_NOTES = 10
_SHOWN_NAMES = 2
_NO_WORK = "holds no notebook and no models/ folder"


@dataclass
class Submission:
    """What a student handed in, as far as grading reads it.

    Attributes:
        notebooks: file name to cells, those of the chosen folder first.
        files: path from the chosen folder (`models/…/*.py`) to source text.
        strays: path to source text of other Python files that may be modules under another name.
        notes: what was odd about it, one sentence each.
    """

    notebooks: dict[str, list[Cell]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    strays: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def open_submission(path: Path, assignment: Assignment | None = None) -> Submission:
    """Read the notebooks and Python files of a zip or a folder, or the one that was handed in by itself.

    Args:
        path: the zip, the folder or the file.
        assignment: where more than one folder could be meant, the one with most work on this assignment is.

    Raises:
        SubmissionError: it cannot be opened, or holds nothing that can be graded.
    """
    name = clean(path.name)
    with ExitStack() as stack:
        items = items_of(path, stack)
        intake = Intake()
        intake.take(items, is_work)
        if not _holds_work(intake.files, assignment):
            _take_inner_zips(items, intake)
    submission = _choose(intake, assignment)
    if not submission.notebooks and not submission.files and not submission.strays:
        if intake.problems:
            place = "" if intake.problems[0].startswith(name) else f"in {name}, "
            raise SubmissionError(f"{place}{intake.problems[0]}; put that right and hand it in again")
        raise SubmissionError(f"{name} {_what_is_missing([item.name for item in items])}; {ADVICE}")
    problems = [f"{problem}, so it was passed over." for problem in intake.problems]
    submission.notes[:0] = _shortened([*intake.notes, *problems])
    return submission


def _take_inner_zips(items: list[Item], intake: Intake) -> None:
    """Look into the zips that lie in what was handed in, but not into zips in those."""
    zips = Intake(spent=intake.spent)
    zips.take(items, is_inner_zip)
    intake.problems += zips.problems
    intake.spent = zips.spent
    for name, data in zips.files.items():
        try:
            intake.take(zip_items(data, name), is_work)
        except SubmissionError as error:
            intake.problems.append(str(error).partition(";")[0])
    opened = [name for name in zips.files if any(file.startswith(f"{name}/") for file in intake.files)]
    if opened:
        which = " and ".join(opened) if len(opened) <= 3 else f"{len(opened)} zips in it"
        intake.notes.append(f"There is no work outside of {which}, so that was opened as well.")


def _what_is_missing(names: list[str]) -> str:
    """Say what is there in place of work."""
    if any(f"{CHECKPOINTS}/" in name and is_notebook(name) for name in names):
        return f"holds only the copies that Jupyter keeps in {CHECKPOINTS}, not a notebook itself"
    exports = [name for name in names if name.lower().endswith((".html", ".pdf"))]
    if exports:
        return f"holds no notebook, only {clean(exports[0])}, which cannot be graded"
    shown = [clean(name) for name in names if not name.rpartition("/")[2].startswith(".DS_Store")][:_SHOWN_NAMES]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return f"{_NO_WORK}, only {', '.join(shown)}{more}" if shown else _NO_WORK


def _shortened(notes: list[str]) -> list[str]:
    if len(notes) <= _MAX_NOTES:
        return notes
    return [*notes[:_MAX_NOTES], f"There are {len(notes) - _MAX_NOTES} more notes like these."]


# Which folder is meant ----------------------------------------------------------------------------------


def _folders(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """The notebooks and the files of `models/` by the folder that they are in; the shallowest folder first."""
    found: dict[str, dict[str, bytes]] = {}
    for name in sorted(files):
        parts = name.split("/")
        if is_notebook(name):
            depth = len(parts) - 1
        elif "models" in parts[:-1]:
            depth = parts.index("models")
        else:
            continue
        root = "".join(f"{part}/" for part in parts[:depth])
        found.setdefault(root, {})[name[len(root) :]] = files[name]
    return {root: found[root] for root in sorted(found, key=lambda root: (root.count("/"), root))}


def _holds_work(files: Mapping[str, bytes], assignment: Assignment | None) -> bool:
    return bool(_folders(files) or _strays(files, assignment))


def _strays(files: Mapping[str, bytes], assignment: Assignment | None) -> dict[str, str]:
    """The Python files that mean to define a class or function of the assignment."""
    owners = assignment.owners() if assignment else {}
    texts = {name: decode(data) for name, data in files.items() if owners and is_python(name)}
    return {name: text for name, text in texts.items() if may_define(text, owners)}


def _choose(intake: Intake, assignment: Assignment | None) -> Submission:
    """Read the folder that is meant, and the Python files elsewhere that may be modules."""
    folders = {root: _read_folder(root, files, intake) for root, files in _folders(intake.files).items()}
    best = _weigh(folders, assignment) if len(folders) > 1 else next(iter(folders), "")
    chosen = folders.get(best, Submission())
    own = {best + path for path in assignment.modules()} if assignment else set()
    chosen.strays = {name: text for name, text in _strays(intake.files, assignment).items() if name not in own}
    return chosen


def _weigh(folders: Mapping[str, Submission], assignment: Assignment | None) -> str:
    """Name the folder with most work in it, of two with as much the shallower; it gets what only others have done."""
    budget = Budget()
    works = {root: _work_in(folder, assignment, budget) for root, folder in folders.items()}
    best = max(works, key=lambda root: (len(works[root].done), works[root].size))
    chosen, done = folders[best], dict(works[best].done)
    names = {root: root or "the top folder" for root in works}
    differing = [root for root in works if any(text != done.get(key, text) for key, text in works[root].done.items())]
    if differing:
        listed = _listed([names[root] for root in works if root == best or root in differing])
        chosen.notes.append(f"There is work in {listed}; {names[best]} is graded.")
    if budget.left < 0:
        chosen.notes.append(
            f"The cells in its {len(works)} folders are too long to compare them all: hand in one folder."
        )
    added = []
    for root in works if assignment else []:
        if not works[root].done.keys() <= done.keys():
            added.append(names[root])
            done |= works[root].done
            for name, cells in folders[root].notebooks.items():
                chosen.notebooks[root + name] = [replace(cell, notebook=root + name) for cell in cells]
            chosen.files |= {name: text for name, text in folders[root].files.items() if name not in chosen.files}
    if added:
        chosen.notes.append(f"What {names[best]} leaves open is taken from {_listed(added)}.")
    return best


def _listed(places: list[str]) -> str:
    return " and in ".join(places) if len(places) <= 3 else f"{len(places)} folders"


def _read_folder(root: str, files: Mapping[str, bytes], intake: Intake) -> Submission:
    """Read the notebooks and modules of one folder."""
    submission = Submission()
    for name, data in files.items():
        if is_python(name):
            submission.files[python_path(name)] = decode(data)
            continue
        try:
            kind = "a zip" if data.startswith(b"PK\3\4") else filetypes.name_of(data[: filetypes.HEAD])
            if kind:
                raise NotebookError(f"{name} is {kind}, not a notebook")
            submission.notebooks[name] = parse_notebook(decode(data), name, intake.notes)
        except NotebookError as error:
            intake.problems.append(f"{root}{error}")
    return submission


@dataclass(frozen=True)
class _Work:
    """How much of a folder is work on the assignment: what was changed, by name, and how much is there at all."""

    done: dict[str, str]
    size: int


def _work_in(submission: Submission, assignment: Assignment | None, budget: Budget) -> _Work:
    """Weigh a folder; without the assignment all counts that names a module in its first line or is in `models/`."""
    if assignment is None:
        cells = {cell.where: cell.source for book in submission.notebooks.values() for cell in book if cell.module}
        return _Work(cells | submission.files, len(cells) + len(submission.files))
    found = find_cells(assignment, submission.notebooks, [], budget)
    released = assignment.modules()
    files = {path: text for path, text in submission.files.items() if path in released}
    done = {entry.stub.grade_id: entry.source for entry in found if entry.touched}
    done |= {path: text for path, text in files.items() if not same_code(text, released[path])}
    return _Work({key: "\n".join(squeezed(text)) for key, text in done.items()}, len(found) + len(files))
