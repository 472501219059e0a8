"""Runs nbgrader's own converter, in process, on a course folder of our making."""

from __future__ import annotations

import logging
from pathlib import Path

from autograder.authoring import notebooks
from autograder.authoring.assignment import AssignmentError
from autograder.authoring.cells import NotebookError


class _Messages(logging.Handler):
    """Keeps what nbgrader logs as an error, in place of printing it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def prepare(source: Path, target: Path) -> None:
    """Copy one notebook in its clean form.

    Raises:
        AssignmentError: it is no notebook.
    """
    try:
        notebook = notebooks.parse(source.read_text(encoding="utf-8-sig"), source.name)
    except (OSError, UnicodeDecodeError, NotebookError) as error:
        raise AssignmentError(f"{source.name}: {error}") from None
    target.write_text(notebooks.dump(notebooks.normalise(notebook)), encoding="utf-8", newline="\n")


def generate(root: Path, name: str, *, database: str | None = None) -> Path:
    """Make the student version of `root/source/<name>` in `root/release/<name>` and return that folder.

    Args:
        root: a course folder; what stands in `release/<name>` is replaced.
        name: the assignment.
        database: SQLAlchemy URL of a gradebook that shall know the assignment's cells; None for no database.

    Raises:
        AssignmentError: nbgrader refuses a notebook. The message is nbgrader's own last line.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells
    from traitlets.config import Config

    from autograder.authoring.stubs import PREPROCESSORS

    heard = _Messages()
    log = logging.Logger("autograder.nbgrader", logging.WARNING)
    log.addHandler(heard)
    config = Config()
    config.CourseDirectory.root = str(root.resolve())
    config.CourseDirectory.assignment_id = name
    if database is not None:
        config.CourseDirectory.db_url = database
    directory = CourseDirectory(config=config, log=log)
    converter = GenerateAssignment(coursedir=directory, config=config, log=log)
    converter.force = True
    converter.no_database = database is None
    converter.preprocessors = [step for step in PREPROCESSORS if database is not None or step is not SaveCells]
    try:
        converter.start()
    except (NbGraderException, SystemExit):
        raise AssignmentError(_reason(heard.texts)) from None
    folder = root / "release" / name
    for path in sorted(folder.glob("*.ipynb")):
        prepare(path, path)
    return folder


def _reason(messages: list[str]) -> str:
    """The line that says what went wrong: the last one of the traceback that nbgrader logs."""
    for message in messages:
        if message.startswith("Traceback"):
            last = message.strip().split("\n")[-1]
            kind, _, text = last.partition(": ")
            return text or kind
    return (messages or ["nbgrader made no release and did not say why"])[0].split("\n")[0]
