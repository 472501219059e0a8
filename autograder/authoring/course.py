"""Where things are: the folders of a course, all below one root."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.assignment import Assignment, AssignmentError, load


@dataclass(frozen=True)
class Course:
    """A course folder. One assignment is one folder below `source/`, with tests of the same name."""

    root: Path

    def source(self, assignment: str) -> Path:
        """The instructor's notebooks and settings."""
        return self.root / "source" / assignment

    def tests(self, kind: str, assignment: str) -> Path:
        """Exercise tests; kind is `public` or `hidden`."""
        return self.root / "tests" / "exercises" / kind / assignment

    def release(self, assignment: str) -> Path:
        """What students get."""
        return self.root / "release" / assignment

    def solutions(self, assignment: str) -> Path:
        """The answer key."""
        return self.root / "solutions" / assignment

    @property
    def dist(self) -> Path:
        """Built zips."""
        return self.root / "dist"

    @property
    def gradebook(self) -> Path:
        """nbgrader's database and all that grading writes."""
        return self.root / "gradebook"

    def assignments(self) -> list[str]:
        """Names of the assignments, sorted."""
        return sorted(path.parent.name for path in (self.root / "source").glob("*/assignment.toml"))

    def load(self, assignment: str) -> Assignment:
        """Load an assignment by name.

        Raises:
            AssignmentError: there is no such assignment, or it is malformed.
        """
        if assignment not in self.assignments():
            known = ", ".join(self.assignments()) or "none"
            raise AssignmentError(f"no assignment {assignment!r} below {self.root / 'source'}; there: {known}")
        return load(self.source(assignment))


def find_course(start: Path) -> Course:
    """Find the course that a folder belongs to: the nearest folder upwards with `source/*/assignment.toml`.

    Raises:
        AssignmentError: there is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if any((folder / "source").glob("*/assignment.toml")):
            return Course(folder)
    raise AssignmentError(
        f"no course here: no folder above {start} has source/<assignment>/assignment.toml; use --course"
    )


def pick_assignment(course: Course, name: str | None) -> Assignment:
    """Load the named assignment, or the only one of the course.

    Raises:
        AssignmentError: it is unknown, or none is named and the course has several.
    """
    names = course.assignments()
    if name is None:
        if len(names) != 1:
            raise AssignmentError(f"name the assignment with --assignment; the course has {', '.join(names) or 'none'}")
        name = names[0]
    return course.load(name)
