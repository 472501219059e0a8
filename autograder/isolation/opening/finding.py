"""Finds an assignment's cells in the notebooks that were handed in, whatever has been done to them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.authoring.assignment import Assignment, SkeletonCell, defined_names
from autograder.authoring.cells import Cell, syntax_tree

MAX_SOURCE = 100_000  # letters of a cell or file: parsing takes a thousand times that in bytes
MAX_SOURCES = 500_000  # letters of all cells that are looked at: half a second of parsing
_INDENTED = re.compile(r"[ \t]+\S")
_REST = re.compile(r"[ \t]+(def|async|return|@|#)")
Notebooks = Mapping[str, Sequence[Cell]]


@dataclass
class Budget:
    """Letters of cells that may still be looked at."""

    left: int = MAX_SOURCES

    def allows(self, source: str) -> bool:
        """Take a text's length off; may it be looked at?"""
        self.left -= len(source)
        return self.left >= 0 and len(source) <= MAX_SOURCE


@dataclass(frozen=True)
class Found:
    """One cell of the skeleton and what stands for it: a cell, or the pieces that it was split into."""

    stub: SkeletonCell
    pieces: tuple[Cell, ...]

    @property
    def source(self) -> str:
        """The text of all pieces."""
        return "\n".join(piece.source for piece in self.pieces)

    @property
    def touched(self) -> bool:
        """Has the student changed it?"""
        return not same_code(self.stub.source, self.source)


def same_code(one: str, other: str) -> bool:
    """Are two sources equal but for blank lines and space at the ends of lines?"""
    return squeezed(one) == squeezed(other)


def squeezed(source: str) -> list[str]:
    """The lines of a source without blank lines and without space at their ends."""
    return [line.rstrip() for line in source.splitlines() if line.strip()]


def may_define(source: str, names: Iterable[str]) -> bool:
    """Does a text, which need not parse, mean to define a class or function of one of these names?"""
    near = "|".join(re.escape(name) for name in names if name in source)  # much faster than a search for the pattern
    return bool(near and re.search(rf"^[ \t]*(?:async[ \t]+)?(?:class|def)\s+(?:{near})\b", source, re.MULTILINE))


def find_cells(
    assignment: Assignment, notebooks: Notebooks, notes: list[str], budget: Budget | None = None
) -> list[Found]:
    """Find the assignment's cells: by grade_id, else by the first line or by the class or function they define.

    Args:
        assignment: the assignment with its skeleton.
        notebooks: file name to cells; of two cells that could be meant, the earlier notebook's comes first.
        notes: gets one sentence for each thing that was odd.
        budget: how much may be looked at, where several folders share it.
    """
    likely = _likely_cells(assignment, notebooks, notes, budget or Budget())
    found = []
    for stub in assignment.cells:
        chosen = _choose(stub, likely, set(assignment.owners()), notes)
        if chosen:
            found.append(Found(stub, _with_split_pieces(chosen, stub)))
    return found


@dataclass(frozen=True)
class _Likely:
    """A cell that may be work on the assignment, the names that it defines, and all cells of its notebook."""

    cell: Cell
    names: frozenset[str]
    notebook: Sequence[Cell]


def _likely_cells(assignment: Assignment, notebooks: Notebooks, notes: list[str], budget: Budget) -> list[_Likely]:
    ids = {cell.grade_id for cell in assignment.cells}
    owners = assignment.owners()
    likely: list[_Likely] = []
    too_long: list[str] = []
    for cells in notebooks.values():
        for cell in cells:
            if cell.grade_id in ids or may_define(cell.source, owners) or cell.module in owners.values():
                if not budget.allows(cell.source):
                    too_long.append(cell.where)
                else:
                    likely.append(_Likely(cell, frozenset(defined_names(cell.source)), cells))
    if too_long:
        more = f" and {len(too_long) - 1} other cells" if len(too_long) > 1 else ""
        limits = f"over {MAX_SOURCE:,} letters, or {MAX_SOURCES:,} in all"
        notes.append(f"{too_long[0]}{more} passed over: too long ({limits}).")
    return likely


def _choose(stub: SkeletonCell, likely: Sequence[_Likely], owners: set[str], notes: list[str]) -> _Likely | None:
    names = set(defined_names(stub.source))
    code = [entry for entry in likely if entry.cell.kind == "code"]
    own = [entry for entry in code if entry.cell.grade_id == stub.grade_id]
    meant = [entry for entry in code if may_define(entry.cell.source, names)]
    defining = [entry for entry in code if names & entry.names]
    candidates = (
        [entry for entry in own if entry in meant]
        or [entry for entry in defining if entry.cell.module == stub.module]
        or defining
        or meant
        or own
        or [entry for entry in code if entry.cell.module == stub.module and not owners & entry.names]
    )
    if not candidates:
        return _of_another_kind(stub, names, likely, notes)
    # One that was worked on first, then the one with the fewest stubs left, then the instructor's file name.
    candidates.sort(
        key=lambda entry: (
            same_code(entry.cell.source, stub.source),
            entry.cell.source.count("NotImplementedError"),
            entry.cell.notebook != stub.notebook,
        )
    )
    chosen = candidates[0]
    if any(not same_code(entry.cell.source, chosen.cell.source) for entry in candidates):
        notes.append(f"{stub.grade_id} stands in {len(candidates)} cells; the one in {chosen.cell.where} is graded.")
    return chosen


def _of_another_kind(
    stub: SkeletonCell, names: set[str], likely: Sequence[_Likely], notes: list[str]
) -> _Likely | None:
    """Find a cell that was turned into text by mistake: what stands in it is a program."""
    candidates = [entry for entry in likely if entry.cell.kind != "code" and names & entry.names]
    candidates.sort(key=lambda entry: (entry.cell.grade_id != stub.grade_id, same_code(entry.cell.source, stub.source)))
    if not candidates:
        return None
    notes.append(f"{candidates[0].cell.where} is no code cell; it is graded as one. Make it a code cell again.")
    return candidates[0]


# Cells that were split ----------------------------------------------------------------------------------


def _with_split_pieces(chosen: _Likely, stub: SkeletonCell) -> tuple[Cell, ...]:
    """Put a cell together again with the cells that were split off it: imports above, the rest of a class below."""
    cells = chosen.notebook
    place = next(index for index, other in enumerate(cells) if other is chosen.cell)
    first, end = place, place + 1
    left = MAX_SOURCE - len(chosen.cell.source)
    while first > 0 and len(cells[first - 1].source) <= left and _is_beginning(cells[first - 1], stub):
        first -= 1
        left -= len(cells[first].source)
    pattern = _REST if parses(chosen.cell.source) else _INDENTED
    while end < len(cells) and len(cells[end].source) <= left and _is_rest(cells[end], pattern):
        left -= len(cells[end].source)
        end += 1
    return tuple(cells[first:end])


def _is_beginning(cell: Cell, stub: SkeletonCell) -> bool:
    """Does a cell name the module in its first line and hold nothing but imports?"""
    if cell.module != stub.module or not parses(cell.source):
        return False
    return all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in syntax_tree(cell.source).body)


def _is_rest(cell: Cell, pattern: re.Pattern[str]) -> bool:
    """Does a cell begin in the middle of a class?"""
    first = next((line for line in cell.source.split("\n") if line.strip()), "")
    return cell.kind == "code" and bool(pattern.match(first))


def parses(source: str) -> bool:
    """Can Python read a text, and may we try?"""
    if len(source) > MAX_SOURCE:
        return False
    try:
        syntax_tree(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
