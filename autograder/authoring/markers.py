"""What students get of a cell, and what they must not: the rules of markers, cell by cell.

`regions` knows what a region is; this module knows which cells may have one.
"""

from __future__ import annotations

import re

from autograder.authoring import regions
from autograder.authoring.cells import Cell
from autograder.authoring.regions import MarkerError

TEXT_STUB = "YOUR ANSWER HERE"  # nbgrader's own stub for an answer in words

_BARE_BEGIN = re.compile(rf"^([ \t]*{re.escape(regions.BEGIN)})[ \t]*$", re.MULTILINE)
_HIDDEN_TESTS = re.compile(r"^[#=\s]*(begin|end)[\s_-]*hidden[\s_-]*tests?\b", re.IGNORECASE)
# nbgrader looks for these words in a task cell: exactly so, in capitals.
_MARK_SCHEME = re.compile(r"^[#=\s]*(begin|end)[\s_-]*mark(ing)?[\s_-]*scheme", re.IGNORECASE)
_BEGIN_SCHEME, _END_SCHEME = "BEGIN MARK SCHEME", "END MARK SCHEME"


def is_solution(cell: Cell) -> bool:
    """Is this a cell that students fill in?"""
    return cell.nbgrader.get("solution") is True


def is_task(cell: Cell) -> bool:
    """Is this a task that a person grades, with the mark scheme in the same cell?"""
    return cell.nbgrader.get("task") is True


def cleared(cell: Cell) -> str:
    """Return the cell's text as students get it, the mark scheme of a task cell aside.

    Raises:
        MarkerError: a marker is malformed, or the cell may not have it, or lacks it.
    """
    _refuse_hidden_tests(cell.source)
    if is_solution(cell):
        source = _with_stubs(cell)
        if regions.find(source):
            return regions.clear(source)
        if cell.kind == "code":
            raise MarkerError(
                f"a solution cell without a region would reach students as it is; "
                f"put the solution between '{regions.BEGIN} <stub>' and '{regions.END}'"
            )
        return TEXT_STUB
    outside = without_scheme(cell)
    found = regions.find(outside)
    if found:
        raise MarkerError(
            f"line {found[0].first}: a solution region in a cell that is no nbgrader solution cell; "
            f"mark the cell as one or take the region out"
        )
    return cell.source


def solved(cell: Cell) -> str:
    """Return the cell's text as the answer key shows it: the solution stands there, its marker lines do not.

    Raises:
        MarkerError: a marker is malformed.
    """
    return regions.unmark(_with_stubs(cell)) if is_solution(cell) else cell.source


def secret_lines(cell: Cell) -> list[str]:
    """Return the lines of the cell that only instructors may see.

    Raises:
        MarkerError: as `cleared`.
    """
    if is_solution(cell):
        found = regions.find(_with_stubs(cell))
        if found or cell.kind == "code":
            return [line for region in found for line in region.lines]
        return cell.source.split("\n")
    kept = set(without_scheme(cell).split("\n"))
    return [line for line in cell.source.split("\n") if line not in kept and not _MARK_SCHEME.match(line)]


def without_scheme(cell: Cell) -> str:
    """Return the text of a cell without the mark scheme that a task cell may hold.

    Raises:
        MarkerError: a marker of the scheme is misspelt, unpaired, or in a cell that is no task.
    """
    kept: list[str] = []
    opened = 0
    for number, line in enumerate(cell.source.split("\n"), start=1):
        match = _MARK_SCHEME.match(line)
        if match is None:
            if not opened:
                kept.append(line)
            continue
        begins = match[1].lower() == "begin"
        if not is_task(cell):
            raise MarkerError(f"line {number}: a mark scheme belongs into an nbgrader task cell")
        if (_BEGIN_SCHEME if begins else _END_SCHEME) not in line:
            raise MarkerError(
                f"line {number}: {line.strip()!r} is not a marker; write '=== {_BEGIN_SCHEME} ===' "
                f"or '=== {_END_SCHEME} ==='"
            )
        if begins == bool(opened):
            raise MarkerError(f"line {number}: the markers of the mark scheme do not pair up")
        opened = number if begins else 0
    if opened:
        raise MarkerError(f"line {opened}: '{_BEGIN_SCHEME}' without '{_END_SCHEME}'")
    return "\n".join(kept)


def _with_stubs(cell: Cell) -> str:
    """Give a bare opening marker of an answer in words nbgrader's own stub; code must name one itself."""
    if cell.kind == "code":
        return cell.source
    return _BARE_BEGIN.sub(rf"\1 {TEXT_STUB}", cell.source)


def _refuse_hidden_tests(source: str) -> None:
    for number, line in enumerate(source.split("\n"), start=1):
        if _HIDDEN_TESTS.match(line):
            raise MarkerError(f"line {number}: hidden tests belong into tests/exercises/hidden/, not into a notebook")
