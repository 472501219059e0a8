"""How a report names students and where their names lead: to their feedback, or nowhere if names are hidden."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from autograder.classroom.gradebook.text import clean
from autograder.classroom.reading import StudentResult
from autograder.judging.feedback import FEEDBACK

_LINK = Markup('<a href="{}">{}</a>')


class People:
    """The students of a report, in the order in which lists name them.

    Hidden names are replaced by “student 17”: the numbers follow from a secret, so they stay the same for the same
    class, and nobody else can compute them. Lists follow the numbers, because an order by name would tell names.
    """

    def __init__(self, names: Iterable[str], page: Path, secret: str = "") -> None:
        """Name the students.

        Args:
            names: everyone's name.
            page: the file that links start from.
            secret: hides the names if it is not empty.
        """
        self.hidden = bool(secret)
        self._folder = page.parent.resolve()
        order = sorted(names, key=lambda name: _shuffled(name, secret)) if secret else sorted(names)
        self._places = {name: place for place, name in enumerate(order, start=1)}
        self._addresses: dict[str, str] = {}

    def label(self, name: str) -> str:
        """What a student is called."""
        return f"student {self._places[name]}" if self.hidden else clean(name, 80)

    def row(self, name: str) -> str:
        """The id of the student's row in the table of all."""
        return f"s{self._places[name]}"

    def sorted(self, students: Iterable[StudentResult]) -> list[StudentResult]:
        """The students in the order of lists."""
        return sorted(students, key=lambda student: self._places[student.student])

    def feedback(self, student: StudentResult, step: str = "") -> Markup:
        """The student's name as a link to the feedback page, at a step; to the row in the table if there is no page."""
        address = "" if self.hidden else self._address(student)
        if not address:
            return self.mention(student)
        return _LINK.format(address + (f"#{quote(step)}" if step else ""), self.label(student.student))

    def _address(self, student: StudentResult) -> str:
        """The feedback page as seen from the report; empty if there is none."""
        if student.student not in self._addresses:
            path = (student.folder / FEEDBACK).resolve()
            # A name may hold anything that a file's name may hold, even bytes that are no text.
            found = quote(os.fsencode(os.path.relpath(path, self._folder))) if path.is_file() else ""
            self._addresses[student.student] = found
        return self._addresses[student.student]

    def mention(self, student: StudentResult) -> Markup:
        """The student's name as a link to the row in the table."""
        return _LINK.format(f"#{self.row(student.student)}", self.label(student.student))

    def list(self, students: Sequence[StudentResult], step: str | None = None) -> Markup:
        """The names of several students; each leads to the feedback, or to the row in the table if `step` is None."""
        links = (
            self.mention(student) if step is None else self.feedback(student, step) for student in self.sorted(students)
        )
        return Markup(", ").join(links)


def _shuffled(name: str, secret: str) -> bytes:
    return hmac.new(secret.encode(), b"pseudonym\0" + os.fsencode(name), hashlib.sha256).digest()
