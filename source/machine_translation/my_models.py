"""Turns the saved exercise notebooks into modules, and says what is still to do before a model can be trained."""

from __future__ import annotations

import contextlib
import io
import linecache
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from measuring import loss_of, predict
from torch import nn
from vocabulary import SPECIALS

from autograder.authoring.assignment import Assignment, AssignmentError, load
from autograder.authoring.cells import Module, NotebookError, read_notebook
from autograder.isolation.opening.merging import merge
from autograder.isolation.submission import Submission
from autograder.student.unfinished import open_steps


@dataclass
class MyModels:
    """The classes of the saved notebooks.

    Attributes:
        classes: class name to class, for the modules that could be imported.
        open: class name to the steps of it that are still to do.
        problems: class name to one line that says why it cannot be had.
    """

    classes: dict[str, Any] = field(default_factory=dict)
    open: dict[str, list[str]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        """Return a class."""
        return self.classes[name]

    def why_not(self, make: Callable[[], nn.Module], classes: Iterable[str], without: Iterable[str] = ()) -> str:
        """Return in one line why a model cannot be trained yet; nothing if it can.

        Args:
            make: builds the model, with at least 8 words on both sides. It is tried on two short sentences.
            classes: the classes that it needs.
            without: steps that it does not need.
        """
        wanted = list(classes)
        for name in wanted:
            if name in self.problems:
                return self.problems[name]
        steps = [step for name in wanted for step in self.open.get(name, ()) if step not in without]
        if steps:
            return f"still to do: {', '.join(steps)} (then save that notebook)"
        missing = [name for name in wanted if name not in self.classes]
        if missing:
            return f"{', '.join(missing)} is not defined in the saved notebooks"
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                problem = _tried(make)
        except Exception as error:
            return f"it stops with {_short(error)}; run the checks of its notebook"
        if printed.getvalue():
            return f"it prints ({printed.getvalue().strip()[:40]!r}); take that out: printing costs points, too"
        return f"{problem}; run the checks of its notebook" if problem else ""


def _tried(make: Callable[[], nn.Module]) -> str:
    """Run a model forwards and backwards on two short sentences; return what is wrong with its scores."""
    model = make()
    ids = torch.tensor([[2, 4, 5, 6, 3, 1], [2, 7, 5, 4, 6, 3]])  # (N=2, T=6)
    ids = ids.to(next(model.parameters()).device)
    scores = predict(model, ids, ids)
    if scores.dim() != 3 or scores.shape[:2] != ids.shape or scores.shape[2] <= len(SPECIALS):
        return f"its scores have shape {tuple(scores.shape)}, not (N, T, V)"
    loss_of(scores, ids).backward()
    return ""


def load_models(folder: Path | str = ".", say: Callable[[str], None] = print) -> MyModels:
    """Assemble the modules as they will be graded, write them to models/, and import them.

    Args:
        folder: where the notebooks are.
        say: gets one line for each module: from which notebook it is, and how long ago that was saved.
    """
    folder = Path(folder)
    models = MyModels()
    try:
        assignment = load(folder)
    except AssignmentError as error:
        say(f"{error}; put this notebook into the folder of the assignment")
        return models
    submission = _read(assignment, folder, say)
    modules, notes = merge(assignment, submission)
    for step in open_steps(assignment, modules):
        models.open.setdefault(step.owner, []).append(step.id)
    for path in assignment.modules():
        owners = [name for name, module in assignment.owners().items() if module == path]
        homes = list(dict.fromkeys(cell.notebook for cell in assignment.cells if cell.module == path))
        if path not in modules:
            models.problems |= dict.fromkeys(owners, f"{' and '.join(homes)}: no cell for {path} found there")
            say(f"{path:28} not found: {' and '.join(homes)} should be in this folder")
            continue
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(modules[path].source, encoding="utf-8", newline="\n")
        ages = [f"{home}, saved {_ago(folder / home)}" for home in homes if (folder / home).is_file()]
        say(f"{path:28} from {' and '.join(ages) or 'the file itself'}")
        problem = _import(target, modules[path], models.classes)
        if problem:
            models.problems |= dict.fromkeys(owners, problem)
            say(f"{'':28} but it cannot be used: {problem}")
    for note in [*submission.notes, *notes]:
        say(f"Note: {note}")
    return models


def _read(assignment: Assignment, folder: Path, say: Callable[[str], None]) -> Submission:
    """Read the notebooks; a module's file counts only where a notebook with a part of it is missing."""
    submission = Submission()
    for name in assignment.notebooks:
        try:
            submission.notebooks[name] = read_notebook(folder / name)
        except NotebookError as error:
            if (folder / name).is_file():
                say(f"Note: {error}")
    for cell in assignment.cells:
        if cell.notebook not in submission.notebooks and (folder / cell.module).is_file():
            submission.files[cell.module] = (folder / cell.module).read_text(encoding="utf-8", errors="replace")
    return submission


def _import(path: Path, module: Module, classes: dict[str, Any]) -> str:
    """Run a module's file and keep what it defines; return what went wrong in one line."""
    name = module.path.removesuffix(".py").replace("/", ".")
    loaded = ModuleType(name)
    loaded.__file__ = str(path)
    sys.modules[name] = loaded
    linecache.checkcache(str(path))  # so that a traceback shows the new lines
    try:
        exec(compile(module.source, str(path), "exec"), loaded.__dict__)
    except (Exception, SystemExit) as error:
        return f"{_short(error)} in {module.locate(_line(error, path))}"
    classes.update({key: value for key, value in vars(loaded).items() if getattr(value, "__module__", "") == name})
    return ""


def _line(error: BaseException, path: Path) -> int:
    if isinstance(error, SyntaxError):
        return error.lineno or 1
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 1 for frame in reversed(frames) if frame.filename == str(path)), 1)


def _short(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {text.splitlines()[0][:120] if text else 'no message'}"


def _ago(path: Path) -> str:
    seconds = max(0.0, time.time() - path.stat().st_mtime)
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'s' * (count > 1)} ago"
    return f"{int(seconds)} seconds ago"
