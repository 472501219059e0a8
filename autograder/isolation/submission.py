"""Opening a submission, a zip or a folder, without running or unpacking anything to disk."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from autograder.authoring.assignment import Assignment, SkeletonCell, defined_names
from autograder.authoring.cells import Cell, Module, NotebookError, assemble, parse_notebook

MAX_FILES = 2_000
MAX_FILE_BYTES = 20 << 20
MAX_TOTAL_BYTES = 60 << 20
_JUNK = {"__MACOSX", "__pycache__", "node_modules", ".ipynb_checkpoints", ".git", ".venv"}


class SubmissionError(ValueError):
    """A submission cannot be opened. The message says why, and what to hand in instead."""


@dataclass
class Submission:
    """What a student handed in, as far as grading reads it.

    Attributes:
        notebooks: file name to cells.
        files: path from the submission's root (`models/…/*.py`) to source text.
        notes: what was odd about it, one sentence each.
    """

    notebooks: dict[str, list[Cell]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def open_submission(path: Path, assignment: Assignment | None = None) -> Submission:
    """Read the notebooks and `models/**/*.py` of a zip or a folder, at its root or one or two folders down.

    Args:
        path: the zip or the folder.
        assignment: where more than one folder could be meant, the one with most work on this assignment is.

    Raises:
        SubmissionError: it is no zip or folder, is damaged, or holds nothing that can be graded.
    """
    notes: list[str] = []
    try:
        raw = dict(_zip_files(path, notes) if path.is_file() else _folder_files(path, notes))
    except SubmissionError:
        raise
    except Exception as error:  # whatever zipfile and its decompressors raise on damaged bytes
        raise SubmissionError(
            f"{path.name} cannot be read as a zip ({_reason(error)}); zip your folder again"
        ) from None
    roots = _roots(raw)
    if not roots:
        raise SubmissionError(
            f"{path.name} holds no notebook and no models/ folder; hand in the zip of collect_submission.py"
        )
    if len(roots) == 1:
        chosen = _read_root(raw, roots[0])
    else:
        # One folder at a time: of two with as much work in them the shallower counts.
        works = [(root, _read_root(raw, root)) for root in roots]
        amounts = [_amount_of_work(work, assignment) for _, work in works]
        best = amounts.index(max(amounts))
        chosen = works[best][1]
        rivals = [root for (root, _), amount in zip(works, amounts, strict=True) if amount[0]]
        if len(rivals) > 1:
            named = [root or "the top folder" for root in rivals]
            notes.append(f"There is work in {' and in '.join(named[:5])}; {roots[best] or named[0]} is graded.")
    chosen.notes[:0] = notes
    return chosen


def _read_root(raw: dict[str, bytes], root: str) -> Submission:
    """Read the notebooks and modules of one folder."""
    submission = Submission()
    for name, data in sorted(raw.items()):
        inner = name[len(root) :] if name.startswith(root) else ""
        if inner.endswith(".ipynb") and "/" not in inner:
            _add_notebook(submission, inner, data)
        elif inner.startswith("models/") and inner.endswith(".py"):
            submission.files[inner] = _text(data)
    return submission


def _reason(error: BaseException) -> str:
    text = str(error)
    if "password" in text or "encrypted" in text:
        return "it is encrypted"
    return "it is damaged or no zip"


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"):
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")


def _add_notebook(submission: Submission, name: str, data: bytes) -> None:
    try:
        submission.notebooks[name] = parse_notebook(_text(data), name)
    except NotebookError as error:
        submission.notes.append(f"{error}.")


def _wanted(parts: tuple[str, ...]) -> bool:
    """Is this a file that grading may read? Junk folders and hidden files are passed over."""
    return (
        parts[-1].endswith((".ipynb", ".py"))
        and not any(part in _JUNK or part.startswith(("._", ".")) for part in parts)
        and len(parts) <= 8
    )


def _zip_files(path: Path, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    if not zipfile.is_zipfile(path):
        raise SubmissionError(f"{path.name} is no zip; hand in the zip of collect_submission.py")
    total = 0
    with zipfile.ZipFile(path) as archive:
        if len(archive.infolist()) > MAX_FILES:
            raise SubmissionError(f"{path.name} holds over {MAX_FILES} files; hand in your notebooks and models/ only")
        for entry in archive.infolist():
            name = entry.filename.replace("\\", "/")
            parts = PurePosixPath(name).parts
            if entry.is_dir() or not parts:
                continue
            if name.startswith("/") or ".." in parts or ":" in parts[0]:
                notes.append(f"{name[:80]!r} points outside the zip and was passed over.")
                continue
            if not _wanted(parts):
                continue
            with archive.open(entry) as file:
                data = file.read(MAX_FILE_BYTES + 1)
            total += len(data)
            if len(data) > MAX_FILE_BYTES or total > MAX_TOTAL_BYTES:
                raise SubmissionError(
                    f"{name[:80]} is too large (limit {MAX_FILE_BYTES >> 20} MiB a file, "
                    f"{MAX_TOTAL_BYTES >> 20} in all); clear the notebook's outputs and zip again"
                )
            yield str(PurePosixPath(*parts)), data


def _folder_files(path: Path, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    if not path.is_dir():
        raise SubmissionError(f"{path} does not exist")
    total = 0
    for folder, subfolders, names in os.walk(path):
        subfolders[:] = sorted(name for name in subfolders if name not in _JUNK and not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            parts = file.relative_to(path).parts
            if not _wanted(parts):
                continue
            if file.is_symlink() or not file.is_file():
                notes.append(f"{'/'.join(parts)} is a link or no plain file and was passed over.")
                continue
            if file.stat().st_size > MAX_FILE_BYTES:
                raise SubmissionError(f"{'/'.join(parts)} is larger than {MAX_FILE_BYTES >> 20} MiB; clear its outputs")
            data = file.read_bytes()
            total += len(data)
            if total > MAX_TOTAL_BYTES:
                raise SubmissionError(
                    f"{path.name} holds over {MAX_TOTAL_BYTES >> 20} MiB; clear the notebooks' outputs"
                )
            yield "/".join(parts), data


def _roots(raw: dict[str, bytes]) -> list[str]:
    """The folders, at most two down, that have notebooks or `models/` in them; the shallowest first."""
    roots = set()
    for name in raw:
        parts = name.split("/")
        depth = parts.index("models") if "models" in parts[:-1] else len(parts) - 1
        if parts[-1].endswith(".ipynb") or "models" in parts[:-1]:
            roots.add("/".join(parts[:depth]) + ("/" if depth else ""))
    return sorted((root for root in roots if root.count("/") <= 2), key=lambda root: (root.count("/"), root))


def _amount_of_work(submission: Submission, assignment: Assignment | None) -> tuple[int, int]:
    """How much of a folder is work on the assignment: cells and files that were changed, and those it has at all.

    Without the assignment: the cells whose first line names a module and the files below `models/`, twice.
    """
    if assignment is None:
        named = [cell for cells in submission.notebooks.values() for cell in cells if cell.module]
        return (len(named) + len(submission.files),) * 2
    found = [(stub.source, cell.source) for stub in assignment.cells if (cell := _find_cell(stub, submission, []))]
    found += [(text, submission.files[path]) for path, text in assignment.modules().items() if path in submission.files]
    return sum(not same_code(released, now) for released, now in found), len(found)


def merge(assignment: Assignment, submission: Submission) -> tuple[dict[str, Module], list[str]]:
    """Assemble the modules that are graded, notebook cells before `models/` files.

    A cell is found by the instructor's grade_id, else by its first line or by the class that it defines. Where
    the cell is the untouched stub and the file is not, the file counts.

    Returns:
        Module path to module, for the modules that were found at all, and what to say about it, one sentence each.
    """
    notes: list[str] = []
    modules: dict[str, Module] = {}
    for path in assignment.modules():
        cells = [cell for cell in assignment.cells if cell.module == path]
        found = [(cell, _find_cell(cell, submission, notes)) for cell in cells]
        module = _choose(path, [(s, c) for s, c in found if c is not None], submission.files.get(path), cells, notes)
        if module:
            modules[path] = module
    return modules, notes


def _choose(
    path: str,
    found: list[tuple[SkeletonCell, Cell]],
    file: str | None,
    skeleton: list[SkeletonCell],
    notes: list[str],
) -> Module | None:
    """Choose between the notebook's cells and the file of one module."""
    touched = [cell for stub, cell in found if not same_code(stub.source, cell.source)]
    released = file is not None and same_code(file, assemble(path, [("", s.source) for s in skeleton]).source)
    if not found or (file is not None and not touched):
        if file is None:
            return None
        if found and not released:
            notes.append(f"{path}: the notebook's cell is the untouched stub, so the file is graded.")
        return assemble(path, [(path, file)])
    parts = [(cell.where, cell.source) for _, cell in found]
    if file is not None and not released and not same_code(file, assemble(path, parts).source):
        if len(touched) < len(skeleton):
            # What a notebook leaves open may be done in the file: a later definition replaces an earlier one.
            notes.append(f"{path}: what the notebooks leave open is taken from the file.")
            return assemble(path, [(path, file), *((cell.where, cell.source) for cell in touched)])
        notes.append(f"{path}: the file differs from the notebook's cell; the notebook is graded.")
    return assemble(path, parts)


def same_code(one: str, other: str) -> bool:
    """Are two sources equal but for blank lines and space at the ends of lines?"""
    return _squeezed(one) == _squeezed(other)


def _squeezed(source: str) -> list[str]:
    return [line.rstrip() for line in source.splitlines() if line.strip()]


def _find_cell(wanted: SkeletonCell, submission: Submission, notes: list[str]) -> Cell | None:
    names = set(defined_names(wanted.source))
    everything = [cell for cells in submission.notebooks.values() for cell in cells if cell.kind == "code"]
    by_id = [cell for cell in everything if cell.grade_id == wanted.grade_id]
    defining = [cell for cell in everything if names & set(defined_names(cell.source))]
    candidates = (
        [cell for cell in by_id if cell in defining or _may_define(cell, names)]
        or [cell for cell in defining if cell.module == wanted.module]
        or defining
        or by_id
    )
    if len(candidates) > 1:
        # The instructor's file name first, then a cell that was worked on, then the first.
        candidates.sort(key=lambda c: (c.notebook != wanted.notebook, same_code(c.source, wanted.source), c.index))
        notes.append(
            f"{wanted.grade_id} stands in {len(candidates)} cells; the one in {candidates[0].where} is graded."
        )
    return candidates[0] if candidates else None


def _may_define(cell: Cell, names: set[str]) -> bool:
    """Does a cell that does not parse still mean to define one of the names?"""
    return any(f"class {name}" in cell.source or f"def {name}" in cell.source for name in names)
