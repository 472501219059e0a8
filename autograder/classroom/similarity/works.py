"""Reads what is compared: every submission of a class and of earlier terms, as the grader would read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.authoring.assignment import Assignment
from autograder.authoring.cells import Module
from autograder.classroom.gradebook.text import clean
from autograder.classroom.layouts import HandedIn, find_submissions
from autograder.isolation.opening.merging import merge
from autograder.isolation.submission import SubmissionError, open_submission


@dataclass(frozen=True)
class Work:
    """One submission: whose it is, from which earlier term (empty: this one), and its modules by path."""

    students: tuple[str, ...]
    term: str
    modules: dict[str, Module] = field(hash=False)

    @property
    def name(self) -> str:
        """The students' names, as a reader sees them."""
        return " & ".join(clean(student, 80) for student in self.students)


def read_works(assignment: Assignment, folder: Path, earlier: Sequence[Path]) -> tuple[list[Work], list[str]]:
    """Read a class and the classes of earlier terms.

    Returns:
        The submissions that could be opened, and one sentence about each that could not or was odd.

    Raises:
        FolderError: a folder holds no submissions.
    """
    works: list[Work] = []
    notes: list[str] = []
    terms = ["", *_names([path.resolve() for path in earlier])]
    for place, term in zip((folder, *earlier), terms, strict=True):
        found = find_submissions(place, assignment.name)
        notes += [_in(term, note) for note in found.notes]
        for entry in found.submissions:
            try:
                works.append(Work(entry.students, term, _modules(assignment, entry)))
            except SubmissionError as error:
                notes.append(_in(term, f"{' & '.join(entry.students)} is left out: {error}."))
    return works, [clean(note, 400) for note in notes]


def _modules(assignment: Assignment, entry: HandedIn) -> dict[str, Module]:
    return merge(assignment, open_submission(entry.path, assignment))[0]


def _names(folders: Sequence[Path]) -> list[str]:
    """What the earlier terms are called: their folders' names, with the folder above where that is not enough."""
    short = [folder.name for folder in folders]
    return [
        folder.name if short.count(folder.name) == 1 else f"{folder.parent.name}/{folder.name}" for folder in folders
    ]


def _in(term: str, note: str) -> str:
    return f"{term}: {note}" if term else note
