"""What an assignment is: its settings, its steps with their points, and the skeleton that students get.

Everything is read statically from `assignment.toml` and the instructor's notebooks. Reading notebooks whose
solutions are already cleared gives the same assignment, so a Gradescope bundle needs no answer key for it.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.authoring import regions
from autograder.authoring.cells import Cell, NotebookError, assemble, read_notebook, syntax_tree
from autograder.isolation.confinement.layers import LEVELS, SWITCHABLE, unknown

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SETTINGS = "assignment.toml"
MANIFEST = "assignment.json"


class AssignmentError(ValueError):
    """An assignment cannot be used as it stands. The message says what is wrong, where, and what to do."""


@dataclass(frozen=True)
class Step:
    """One auto-graded step: its grade cell's id and points, and the class or function that it judges."""

    id: str
    points: float
    module: str
    owner: str
    notebook: str


@dataclass(frozen=True)
class SkeletonCell:
    """One module cell as students get it."""

    grade_id: str
    notebook: str
    module: str
    source: str


@dataclass(frozen=True)
class Limits:
    """Wall-clock seconds that a call and a submission may take, and a worker's memory in MiB.

    Several calls that a test asks for together get a fifth more for each further one.
    """

    call_seconds: float = 5.0
    submission_seconds: float = 120.0
    memory_mb: int = 2048


@dataclass(frozen=True)
class Isolation:
    """Layers of a worker's confinement to leave out, and the level below which nothing is graded."""

    off: tuple[str, ...] = ()
    minimum: str = LEVELS[0]


@dataclass(frozen=True)
class Leaderboard:
    """Names of two files, one sentence a line: the sources, released, and their references, among hidden tests."""

    sources: str = ""
    references: str = ""


@dataclass(frozen=True)
class Assignment:
    """An assignment's settings, steps and skeleton.

    `words` are the limits of written answers by cell id; `given` are the ids of all cells of their notebooks, with
    the text that is handed out in a limited one.
    """

    name: str
    title: str
    due: str = ""
    url: str = ""
    grace_hours: float = 48.0
    silence: str = "zero"
    must_run: str = "step"
    hidden: str = "visible"
    imports: tuple[str, ...] = ()
    forbidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    isolation: Isolation = field(default_factory=Isolation)
    leaderboard: Leaderboard = field(default_factory=Leaderboard)
    words: Mapping[str, int] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    notebooks: tuple[str, ...] = ()
    cells: tuple[SkeletonCell, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def points(self) -> float:
        """Points of all auto-graded steps together."""
        return sum(step.points for step in self.steps)

    def step(self, name: str) -> Step:
        """Return the step of that name.

        Raises:
            KeyError: there is none.
        """
        for step in self.steps:
            if step.id == name:
                return step
        raise KeyError(name)

    def modules(self) -> dict[str, str]:
        """Return the skeleton's modules: path to source, solutions cleared, in the order of the notebooks."""
        return dict(self._modules)

    def owners(self) -> dict[str, str]:
        """Return each top-level class and function of the skeleton with the module that defines it."""
        return dict(self._owners)

    # Once for a class: both are asked for many times in each submission.

    @cached_property
    def _modules(self) -> Mapping[str, str]:
        parts: dict[str, list[tuple[str, str]]] = {}
        for cell in self.cells:
            parts.setdefault(cell.module, []).append((cell.grade_id, cell.source))
        return {path: assemble(path, pieces).source for path, pieces in parts.items()}

    @cached_property
    def _owners(self) -> Mapping[str, str]:
        return {name: cell.module for cell in self.cells for name in defined_names(cell.source)}

    def to_json(self) -> str:
        """Write the assignment as JSON: what the student release carries as `assignment.json`."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def defined_names(source: str) -> list[str]:
    """Names of the top-level classes and functions of a source text; none if it does not parse."""
    try:
        tree = syntax_tree(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return [node.name for node in tree.body if isinstance(node, kinds)]


def load(folder: Path) -> Assignment:
    """Load an assignment from its source folder, or from a released folder with its manifest.

    Raises:
        AssignmentError: a setting, a marker or a cell is wrong.
    """
    if (folder / SETTINGS).is_file():
        settings = _read_settings(folder / SETTINGS)
        assignment = _from_settings(folder.resolve().name, settings)
        return _with_notebooks(assignment, folder)
    if (folder / MANIFEST).is_file():
        return _from_manifest(folder / MANIFEST)
    raise AssignmentError(f"{folder} is no assignment: it has neither {SETTINGS} nor {MANIFEST}")


def notebook_files(folder: Path) -> list[Path]:
    """The instructor's notebooks of an assignment folder, sorted by name."""
    return sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))


def _read_settings(path: Path) -> dict[str, Any]:
    try:
        return dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AssignmentError(f"{path.name}: {error}") from None


_TABLES: dict[str, set[str]] = {
    "": {"title", "due", "grace_hours", "url"},
    "release": {"files"},
    "silence": {"policy"},
    "must_run": {"policy"},
    "imports": {"allowed"},
    "limits": {entry.name for entry in fields(Limits)},
    "isolation": {entry.name for entry in fields(Isolation)},
    "leaderboard": {entry.name for entry in fields(Leaderboard)},
    "results": {"hidden"},
}
_CHOICES = {
    "silence": ("zero", "step", "warn"),
    "must_run": ("step", "zero"),
    "hidden": ("visible", "after_due_date", "after_published", "hidden"),
}


def _from_settings(name: str, settings: Mapping[str, Any]) -> Assignment:
    if not isinstance(settings.get("forbidden", {}), dict):
        raise AssignmentError(f"{SETTINGS}: [forbidden] must be a table")
    for table, known in _TABLES.items():
        content = settings.get(table, {}) if table else settings
        if not isinstance(content, dict):
            raise AssignmentError(f"{SETTINGS}: [{table}] must be a table")
        unknown = set(content) - known - (set(_TABLES) | {"forbidden", "words"} if not table else set())
        if unknown:
            place = f"in [{table}]" if table else "at the top"
            raise AssignmentError(f"{SETTINGS}: unknown key {sorted(unknown)[0]!r} {place}; known: {sorted(known)}")
    try:
        due = settings.get("due", "")
        limits = Limits(
            **{key: type(value)(settings.get("limits", {}).get(key, value)) for key, value in asdict(Limits()).items()}
        )
        assignment = Assignment(
            name=name,
            title=str(settings.get("title", name)),
            due=due.isoformat() if isinstance(due, datetime) else str(due),
            url=str(settings.get("url", "")),
            grace_hours=float(settings.get("grace_hours", 48)),
            silence=str(settings.get("silence", {}).get("policy", "zero")),
            must_run=str(settings.get("must_run", {}).get("policy", "step")),
            hidden=str(settings.get("results", {}).get("hidden", "visible")),
            imports=_strings(settings.get("imports", {}).get("allowed", [])),
            forbidden={path: _strings(names) for path, names in settings.get("forbidden", {}).items()},
            limits=limits,
            isolation=_isolation(settings.get("isolation", {})),
            leaderboard=Leaderboard(**{key: str(name) for key, name in settings.get("leaderboard", {}).items()}),
            words={str(cell): int(limit) for cell, limit in dict(settings.get("words", {})).items()},
            files=_strings(settings.get("release", {}).get("files", [])),
        )
    except (TypeError, ValueError) as error:
        raise AssignmentError(f"{SETTINGS}: {error}") from None
    if assignment.due:
        _check_due(assignment.due)
    for key, choices in _CHOICES.items():
        if getattr(assignment, key) not in choices:
            raise AssignmentError(
                f"{SETTINGS}: {key} is {getattr(assignment, key)!r}; choose one of {', '.join(choices)}"
            )
    return assignment


def _isolation(settings: Mapping[str, Any]) -> Isolation:
    isolation = Isolation(_strings(settings.get("off", [])), str(settings.get("minimum", LEVELS[0])))
    if names := unknown(isolation.off):
        raise ValueError(f"[isolation] off names the layer {names[0]!r}; known: {', '.join(SWITCHABLE)}")
    if isolation.minimum not in LEVELS:
        raise ValueError(f"[isolation] minimum is {isolation.minimum!r}; choose one of {', '.join(LEVELS)}")
    return isolation


def _check_due(due: str) -> None:
    try:
        moment = datetime.fromisoformat(due)
    except ValueError:
        raise AssignmentError(
            f"{SETTINGS}: due = {due!r} is no date and time such as 2026-12-11T23:59:00-05:00"
        ) from None
    if moment.tzinfo is None:
        raise AssignmentError(f"{SETTINGS}: due = {due} has no time zone; add one, e.g. {due}-05:00")


def _strings(values: Any) -> tuple[str, ...]:
    if not isinstance(values, (list, tuple)) or not all(isinstance(value, str) for value in values):
        raise TypeError(f"{values!r} must be a list of texts")
    return tuple(values)


def _with_notebooks(assignment: Assignment, folder: Path) -> Assignment:
    cells: list[SkeletonCell] = []
    steps: list[Step] = []
    seen: dict[str, str] = {}
    given: dict[str, str] = {}
    paths = notebook_files(folder)
    for path in paths:
        try:
            notebook = read_notebook(path)
        except NotebookError as error:
            raise AssignmentError(str(error)) from None
        module_cell: SkeletonCell | None = None
        if any(cell.id in assignment.words for cell in notebook):
            given |= {cell.id: cell.source if cell.id in assignment.words else "" for cell in notebook}
        for cell in notebook:
            if cell.grade_id:
                if cell.grade_id in seen:
                    raise AssignmentError(f"{cell.where}: the grade_id stands in {seen[cell.grade_id]} too; rename one")
                seen[cell.grade_id] = cell.where
            if cell.kind == "code" and cell.module:
                module_cell = _skeleton_cell(cell)
                cells.append(module_cell)
            elif is_step(cell):
                steps.append(_step(cell, module_cell))
    for step in steps:
        if step.owner not in [name for cell in cells for name in defined_names(cell.source)]:
            raise AssignmentError(f"step {step.id}: {step.owner} is not defined in the skeleton")
    for module in assignment.forbidden:
        if cells and module not in {cell.module for cell in cells}:
            raise AssignmentError(f"{SETTINGS}: [forbidden] names {module}, which no notebook has")
    for answer in assignment.words:
        if cells and answer not in given:
            raise AssignmentError(f"{SETTINGS}: [words] names the cell {answer!r}, which no notebook has")
    names = tuple(path.name for path in paths)
    return replace(assignment, notebooks=names, cells=tuple(cells), steps=tuple(steps), given=given)


def is_step(cell: Cell) -> bool:
    """Is this the grade cell of an auto-graded step?"""
    meta = cell.nbgrader
    return cell.kind == "code" and meta.get("grade") is True and meta.get("solution") is False


def _skeleton_cell(cell: Cell) -> SkeletonCell:
    if not cell.grade_id or cell.nbgrader.get("solution") is not True:
        raise AssignmentError(
            f"{cell.where}: a cell of {cell.module} must be an nbgrader solution cell with a grade_id"
        )
    try:
        source = regions.clear(cell.source)
    except regions.MarkerError as error:
        raise AssignmentError(f"{cell.where}: {error}") from None
    if not defined_names(source):
        raise AssignmentError(f"{cell.where}: with its solutions cleared the cell defines no class or function")
    assert cell.module is not None
    return SkeletonCell(cell.grade_id, cell.notebook, cell.module, source)


def _step(cell: Cell, above: SkeletonCell | None) -> Step:
    if above is None:
        raise AssignmentError(f"{cell.where}: no module cell stands above this grade cell")
    points = cell.nbgrader.get("points")
    if not isinstance(points, (int, float)) or isinstance(points, bool) or points <= 0:
        raise AssignmentError(f"{cell.where}: points must be a number above 0, not {points!r}")
    if f'check("{cell.grade_id}")' not in cell.source:
        raise AssignmentError(f'{cell.where}: a grade cell calls check("{cell.grade_id}")')
    return Step(cell.grade_id, float(points), above.module, defined_names(above.source)[-1], cell.notebook)


def _from_manifest(path: Path) -> Assignment:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        data["limits"] = Limits(**data["limits"])
        data["isolation"] = _isolation(data.get("isolation", {}))
        data["leaderboard"] = Leaderboard(**data.get("leaderboard", {}))
        data["cells"] = tuple(SkeletonCell(**cell) for cell in data["cells"])
        data["steps"] = tuple(Step(**step) for step in data["steps"])
        data["forbidden"] = {key: tuple(names) for key, names in data["forbidden"].items()}
        for key in ("imports", "files", "notebooks"):
            data[key] = tuple(data[key])
        return Assignment(**data)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise AssignmentError(f"{path.name} is damaged ({error}); take a fresh copy of the release") from None


def unknown_steps(assignment: Assignment, names: Iterable[str]) -> list[str]:
    """Return the names that are no step of the assignment, sorted."""
    return sorted(set(names) - {step.id for step in assignment.steps})
