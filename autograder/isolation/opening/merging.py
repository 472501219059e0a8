"""Decides what is graded: for each module the notebooks' cells or a Python file."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from autograder.authoring.assignment import Assignment, SkeletonCell
from autograder.authoring.cells import Module, assemble, module_line
from autograder.isolation.opening.finding import MAX_SOURCE, Found, find_cells, may_define, parses, same_code
from autograder.isolation.opening.opening import clean
from autograder.isolation.submission import Submission

# Lines that only a notebook can run: our own check, and the commands of IPython.
_CHECK = re.compile(
    r"^(?:check\([\"'][\w-]+[\"']\)|from autograder import check"
    # What an export as a script makes of commands.
    r"|get_ipython\(\)\.(?:system|getoutput|magic|run_line_magic|run_cell_magic)\(.*\))[ \t]*$",
    re.MULTILINE,
)
_COMMAND = re.compile(r"^[ \t]*(?:[%!].*|\?{1,2}[\w.]+|[\w.]+\?{1,2})[ \t]*$", re.MULTILINE)


def merge(assignment: Assignment, submission: Submission) -> tuple[dict[str, Module], list[str]]:
    """Assemble the modules that are graded, notebook cells before `models/` files.

    Where the cell is the untouched stub and the file is not, the file counts. Where there is neither, another
    Python file counts that defines the module's class or function.

    Returns:
        Module path to module, for the modules that were found at all, and what to say about it, one sentence each.
    """
    notes: list[str] = []
    modules: dict[str, Module] = {}
    found = find_cells(assignment, submission.notebooks, notes)
    for path in assignment.modules():
        skeleton = [cell for cell in assignment.cells if cell.module == path]
        cells = [entry for entry in found if entry.stub.module == path]
        where, file = path, submission.files.get(path)
        if file is None and not any(entry.touched for entry in cells):
            where, file = _stray(path, assignment, submission)
            if file is not None:
                notes.append(f"{where} is graded as {path}.")
        if file is not None and len(file) > MAX_SOURCE:
            notes.append(f"{where} is too long (over {MAX_SOURCE:,} letters) and was passed over.")
            file = None
        module = _choose(path, cells, (where, file), skeleton, notes)
        if module:
            modules[path] = module
    return modules, notes


def _stray(path: str, assignment: Assignment, submission: Submission) -> tuple[str, str | None]:
    """Find a Python file of another name or place that defines the module's classes or functions."""
    owners = [name for name, module in assignment.owners().items() if module == path]
    fits = [(name, text) for name, text in submission.strays.items() if may_define(text, owners)]
    # One that names the module in its first line comes first, then one with its file name, then the shortest path.
    fits.sort(
        key=lambda fit: (
            module_line(fit[1]) != path,
            PurePosixPath(fit[0]).stem.casefold() != PurePosixPath(path).stem.casefold(),
            fit[0].count("/"),
        )
    )
    return fits[0] if fits else (path, None)


def _choose(
    path: str, cells: list[Found], file: tuple[str, str | None], skeleton: list[SkeletonCell], notes: list[str]
) -> Module | None:
    """Choose between the notebook's cells and the file of one module."""
    where, text = file
    touched = [entry for entry in cells if entry.touched]
    released = text is not None and same_code(text, assemble(path, [("", stub.source) for stub in skeleton]).source)
    if not cells or (text is not None and not touched):
        if text is None:
            return None
        if cells and not released and where == path:
            notes.append(f"{path}: the notebook's cell is the untouched stub, so the file is graded.")
        return _assemble(path, [(where, text)], notes)
    parts = _parts(cells)
    if text is not None and not released and not same_code(text, assemble(path, parts).source):
        if len(touched) < len(skeleton):
            # What a notebook leaves open may be done in the file: a later definition replaces an earlier one.
            notes.append(f"{path}: what the notebooks leave open is taken from the file.")
            return _assemble(path, [(where, text), *_parts(touched)], notes)
        notes.append(f"{path}: the file differs from the notebook's cell; the notebook is graded.")
    return _assemble(path, parts, notes)


def _parts(cells: list[Found]) -> list[tuple[str, str]]:
    return [(piece.where, piece.source) for entry in cells for piece in entry.pieces]


def _assemble(path: str, parts: list[tuple[str, str]], notes: list[str]) -> Module:
    return assemble(path, [(where, _without_notebook_lines(where, text, notes)) for where, text in parts])


def _without_notebook_lines(where: str, text: str, notes: list[str]) -> str:
    """Blank out the lines of a cell that only a notebook can run, as they come in when cells are merged."""
    made = _CHECK.sub("", text)
    if not parses(made) and parses(without := _COMMAND.sub("", made)):
        made = without
    if made != text:
        lines = zip(text.split("\n"), made.split("\n"), strict=True)
        dropped = next(line.strip() for line, kept in lines if line != kept)
        notes.append(f"{where}: “{clean(dropped)}” is a line for notebooks only and was left out.")
    return made
