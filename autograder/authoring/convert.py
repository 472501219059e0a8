"""Runs nbgrader's own converter, in process, on a course folder of our making."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from autograder.authoring import notebooks
from autograder.authoring.assignment import AssignmentError
from autograder.authoring.cells import NotebookError

_NOTEBOOK = re.compile(r"Converting notebook (?P<path>.+)")
_ERROR_LINE = re.compile(r"^[\w.]*(?:Error|Exception|Entry|Mismatch)\w*: (?P<text>.+)$", re.MULTILINE)


class _Messages(logging.Handler):
    """Keeps what nbgrader logs, in place of printing it: the notebook it is at, and its errors."""

    def __init__(self) -> None:
        super().__init__()
        self.notebook = ""
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if match := _NOTEBOOK.match(text):
            self.notebook = Path(match["path"]).name
        if record.levelno >= logging.ERROR:
            self.errors.append(text)

    def reason(self) -> str:
        """One line that says which notebook nbgrader refused, and why."""
        said = [match["text"] for text in self.errors for match in _ERROR_LINE.finditer(text)]
        text = said[-1] if said else (self.errors or ["nbgrader did not say why"])[0].split("\n")[0]
        return text if text.startswith(self.notebook) else f"{self.notebook}: nbgrader refuses it: {text}"


def prepare(source: Path, target: Path, url: str = "") -> None:
    """Copy one notebook in its clean form.

    Args:
        source: the notebook.
        target: where the copy goes; it may be the same file.
        url: where students fetch the student zip, for the notebook's line `STUDENT_ZIP = ""`.

    Raises:
        AssignmentError: it is no notebook.
    """
    try:
        notebook = notebooks.parse(source.read_text(encoding="utf-8-sig"), source.name)
    except (OSError, UnicodeDecodeError, NotebookError) as error:
        raise AssignmentError(f"{source.name}: {error}") from None
    clean = notebooks.with_url(notebooks.normalise(notebook), url)
    target.write_text(notebooks.dump(clean), encoding="utf-8", newline="\n")


def generate(root: Path, name: str) -> Path:
    """Make the student version of `root/source/<name>` in `root/release/<name>` and return that folder.

    Args:
        root: a course folder; what stands in `release/<name>` is replaced.
        name: the assignment.

    Raises:
        AssignmentError: nbgrader refuses a notebook. The message names it, with nbgrader's own reason.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells
    from traitlets.config import Config

    from autograder.authoring.stubs import PREPROCESSORS

    heard = _Messages()
    log = logging.Logger("autograder.nbgrader", logging.INFO)
    log.addHandler(heard)
    config = Config()
    config.CourseDirectory.root = str(root.resolve())
    config.CourseDirectory.assignment_id = name
    directory = CourseDirectory(config=config, log=log)
    converter = GenerateAssignment(coursedir=directory, config=config, log=log)
    converter.force = True
    converter.no_database = True  # the gradebook learns the cells when grades are imported
    converter.preprocessors = [step for step in PREPROCESSORS if step is not SaveCells]
    try:
        converter.start()
    except (NbGraderException, SystemExit):
        raise AssignmentError(heard.reason()) from None
    folder = root / "release" / name
    for path in sorted(folder.glob("*.ipynb")):
        prepare(path, path)
    return folder
