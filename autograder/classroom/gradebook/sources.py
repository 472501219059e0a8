"""The instructor's notebooks as the gradebook needs them: cells that carry grades, and the cleared skeleton."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.authoring import markers, regions
from autograder.authoring.assignment import Assignment
from autograder.authoring.cells import NotebookError, read_notebook
from autograder.authoring.course import Course


@dataclass(frozen=True)
class SourceCell:
    """One cell with nbgrader metadata, as students get it.

    Attributes:
        step: the cell is the grade cell of an auto-graded step.
        owner: for a step, the grade_id of the module cell that it judges.
        given: texts that count as no answer.
    """

    grade_id: str
    id: str
    kind: str
    source: str
    meta: Mapping[str, Any]
    step: bool
    owner: str
    given: frozenset[str]

    @property
    def points(self) -> float:
        """Points of a grade or task cell."""
        return float(self.meta.get("points", 0))

    @property
    def task(self) -> bool:
        """A task that a person grades, without an answer cell of its own."""
        return bool(self.meta.get("task"))

    @property
    def graded(self) -> bool:
        """Does the cell carry points?"""
        return bool(self.meta.get("grade")) or self.task

    @property
    def solution(self) -> bool:
        """Does the student write in it?"""
        return bool(self.meta.get("solution"))

    @property
    def locked(self) -> bool:
        """Is its text the instructor's, whatever a student hands in?"""
        return not self.solution and (bool(self.meta.get("grade")) or bool(self.meta.get("locked")))


@dataclass(frozen=True)
class SourceNotebook:
    """One notebook: its name without `.ipynb`, its skeleton as JSON, its cells with nbgrader metadata."""

    name: str
    document: dict[str, Any]
    cells: tuple[SourceCell, ...]


def read_sources(course: Course, assignment: Assignment, *, schemes: bool = False) -> list[SourceNotebook]:
    """Read the assignment's notebooks with every solution cleared.

    They also feed the feedback that students read, so no solution may stand in them.

    Args:
        course: the course.
        assignment: the assignment.
        schemes: keep the mark schemes of task cells, for formgrader; the feedback must then take them out.

    Raises:
        NotebookError: one cannot be read, or a marker in it is malformed.
    """
    folder = course.source(assignment.name)
    steps = {step.id for step in assignment.steps}
    released = course.release(assignment.name)
    return [_notebook(folder / name, released / name, steps, schemes) for name in assignment.notebooks]


def _notebook(path: Path, released: Path, steps: set[str], schemes: bool) -> SourceNotebook:
    from nbformat.notebooknode import from_dict
    from nbgrader.utils import compute_checksum

    entries = read_notebook(path)
    document = json.loads(path.read_bytes().decode("utf-8-sig"))
    old = {cell.grade_id: cell.source for cell in _released(released)}
    cells, skeleton, owner = [], [], ""
    for entry, raw in zip(entries, (cell for cell in document["cells"] if isinstance(cell, dict)), strict=True):
        meta = dict(entry.nbgrader)
        try:
            cleared = markers.cleared(entry)
            plain = markers.without_scheme(replace(entry, source=cleared))
        except regions.MarkerError as error:
            raise NotebookError(f"{entry.where}: {error}") from None
        source = cleared if schemes else plain
        copy: dict[str, Any] = {"cell_type": entry.kind, "id": entry.id, "metadata": {}, "source": source}
        if entry.kind == "code":
            copy |= {"execution_count": None, "outputs": []}
        if "attachments" in raw:
            copy["attachments"] = raw["attachments"]
        if entry.module:
            owner = entry.grade_id
        if entry.grade_id and any(meta.get(key) for key in ("grade", "solution", "task", "locked")):
            copy["metadata"] = {"nbgrader": meta}
            meta["checksum"] = compute_checksum(from_dict(copy))
            step = entry.grade_id in steps
            given = {plain.strip(), old.get(entry.grade_id, plain).strip(), ""}
            cells.append(
                SourceCell(entry.grade_id, entry.id, entry.kind, source, meta, step, owner * step, frozenset(given))
            )
        skeleton.append(copy)
    metadata = document.get("metadata", {})
    kept = {key: metadata[key] for key in ("kernelspec", "language_info") if key in metadata}
    notebook = {"cells": skeleton, "metadata": kept, "nbformat": 4, "nbformat_minor": 5}
    return SourceNotebook(path.stem, notebook, tuple(cells))


def _released(path: Path) -> list[Any]:
    try:
        return list(read_notebook(path)) if path.is_file() else []
    except NotebookError:
        return []
