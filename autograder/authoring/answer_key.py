"""Builds the answer key from the solved notebooks: the modules, and the notebooks executed, as HTML."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.authoring import archive, leaks, markers, notebooks, regions, staging
from autograder.authoring.assignment import SETTINGS, Assignment, notebook_files
from autograder.authoring.cells import assemble_modules, parse_notebook, read_notebook
from autograder.authoring.course import Course
from autograder.authoring.package import PACKAGE
from autograder.authoring.shipping import ReleaseError, source_files, test_files

# Called for every cell that starts: notebook, number of the cell (from 1), number of cells.
Progress = Callable[[str, int, int], None]


def solved_modules(course: Course, assignment: Assignment) -> dict[str, bytes]:
    """Assemble the solved modules, marker lines taken out: paths such as `models/affine.py`, and contents."""
    cells = [
        replace(cell, source=regions.unmark(cell.source)) if cell.module else cell
        for path in notebook_files(course.source(assignment.name))
        for cell in read_notebook(path)
    ]
    return {path: module.source.encode("utf-8") for path, module in assemble_modules(cells).items()}


def reference_modules(course: Course, assignment: Assignment, files_hidden: bool = True) -> dict[str, str]:
    """Return the answer key's modules, path to source; nothing where there is none.

    A course has them in its notebooks; a Gradescope bundle, whose notebooks are cleared, in `solutions/`.

    Args:
        course: where the assignment is.
        assignment: the assignment.
        files_hidden: a bundle's key counts only where student code cannot read files.
    """
    solved = {path: data.decode("utf-8") for path, data in solved_modules(course, assignment).items()}
    if solved != assignment.modules():
        return solved
    folder = course.solutions(assignment.name)
    found = {path: folder / path for path in assignment.modules()}
    if not files_hidden or not all(file.is_file() for file in found.values()):
        return {}
    return {path: file.read_text(encoding="utf-8") for path, file in found.items()}


def solved_notebooks(course: Course, assignment: Assignment) -> dict[str, bytes]:
    """Return the solved notebooks, marker lines taken out, outputs empty: names and contents."""
    made = {}
    for path in notebook_files(course.source(assignment.name)):
        text = path.read_text(encoding="utf-8-sig")
        document = notebooks.parse(text, path.name)
        for entry, cell in zip(document["cells"], parse_notebook(text, path.name), strict=True):
            entry["source"] = markers.solved(cell)
        made[path.name] = notebooks.dump(notebooks.normalise(document)).encode("utf-8")
    return made


def write_solutions(course: Course, name: str) -> list[Path]:
    """Write `solutions/<assignment>/models/**.py` anew and return the files.

    Raises:
        AssignmentError: the source is wrong; one line for each problem.
    """
    assignment = course.load(name)
    _refuse_bad_source(course, assignment)
    modules = solved_modules(course, assignment)
    target = course.solutions(name)
    for top in sorted({PurePosixPath(path).parts[0] for path in modules}):
        inside = {path: data for path, data in modules.items() if PurePosixPath(path).parts[0] == top}
        if top in inside:  # a module that lies in no folder
            staging.write_file(target / top, inside[top])
            continue
        with staging.staged_folder(target / top) as folder:
            archive.write_folder(folder, {path.removeprefix(f"{top}/"): data for path, data in inside.items()})
    return [target / path for path in sorted(modules)]


def execute_solutions(course: Course, name: str, progress: Progress | None = None) -> list[Path]:
    """Run every solved notebook from top to bottom and render it to `solutions/<assignment>/*.html`.

    The notebooks run in a copy, so the source folder stays clean. Nothing is written unless all of them run.

    Args:
        course: where the assignment is.
        name: the assignment.
        progress: called as each cell starts.

    Raises:
        AssignmentError: a cell failed; the message names the notebook, the cell and the error.
    """
    assignment = course.load(name)
    _refuse_bad_source(course, assignment)
    pages: dict[str, bytes] = {}
    with _solved_copy(course, assignment) as folder:
        for path in notebook_files(folder):
            pages[f"{path.stem}.html"] = _execute(path, progress).encode("utf-8")
    target = course.solutions(name)
    for page, data in pages.items():
        staging.write_file(target / page, data)
    for stale in target.glob("*.html"):
        if stale.name not in pages:
            stale.unlink()
    return [target / page for page in sorted(pages)]


def _refuse_bad_source(course: Course, assignment: Assignment) -> None:
    problems = leaks.source_problems(course.source(assignment.name), assignment)
    if problems:
        raise ReleaseError(*problems)


@contextmanager
def _solved_copy(course: Course, assignment: Assignment) -> Iterator[Path]:
    """A course folder of its own with the solved notebooks, their helper files and the public tests."""
    name = assignment.name
    with tempfile.TemporaryDirectory(prefix="answer-key-") as work:
        copy = Course(Path(work).resolve())
        folder = copy.source(name)
        for relative in source_files(course.source(name), assignment):
            (folder / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(course.source(name) / relative, folder / relative)
        archive.write_folder(folder, solved_notebooks(course, assignment))
        assert (folder / SETTINGS).is_file()
        archive.write_folder(copy.tests("public", name), test_files(course.tests("public", name)))
        yield folder


def _execute(path: Path, progress: Progress | None) -> str:
    """Run one notebook in its folder and return its page."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    notebook = nbformat.read(path, as_version=4)
    reached = 0

    def started(cell: Any, cell_index: int) -> None:
        nonlocal reached
        reached = cell_index
        if progress is not None:
            progress(path.name, cell_index + 1, len(notebook.cells))

    quiet = Config()
    quiet.KernelManager.transport_encryption = "auto"  # otherwise each start of a kernel warns
    client = NotebookClient(
        notebook,
        timeout=None,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=started,
        config=quiet,
    )
    try:
        client.execute(env=_environment())
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise ReleaseError(_failure(path, notebook.cells[reached], reached, error)) from None
    page, _ = HTMLExporter(embed_images=True).from_notebook_node(
        notebook, resources={"metadata": {"name": path.stem, "path": str(path.parent)}}
    )
    return str(page)


def _environment() -> dict[str, str]:
    """Our environment, in which a notebook finds this very package first."""
    paths = [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def _failure(path: Path, cell: Any, index: int, error: Exception) -> str:
    label = cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id", "")
    name = getattr(error, "ename", "") or type(error).__name__
    value = getattr(error, "evalue", "") or str(error)
    first = value.strip().split("\n")[0] if value.strip() else "no message"
    return f"{path.name}, cell {index + 1} ({label}): {name}: {first}; repair the solved notebook"
