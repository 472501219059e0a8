"""Before the first submission is graded: does this machine confine student code as well as the assignment demands?"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.authoring.assignment import SETTINGS, Assignment
from autograder.authoring.course import Course
from autograder.isolation.confinement.examination import examine
from autograder.isolation.confinement.levels import lacking, summary


class StandingError(RuntimeError):
    """Student code cannot be confined here as it must be. The message is one line."""


def examined_standing(
    control: socket.socket, course: Course, assignment: Assignment, others: Sequence[Path], layers_off: Sequence[str]
) -> dict[str, str]:
    """Find out what the confinement is worth, as `extra_data.isolation` of a results.json tells it.

    Args:
        control: the fork server's control socket.
        course: where the secrets are.
        assignment: the assignment, with the level that it demands.
        others: what else student code must not see: submissions, and the folders of their results.
        layers_off: layers to leave out.

    Raises:
        StandingError: it is worth less than the assignment demands, or no worker can be started.
    """
    hidden = list(secret_files(course, assignment.name, others))
    try:
        found = examine(control, hidden, layers_off)
    except OSError as error:
        raise StandingError(
            f"no worker can be started here: {error.strerror or error}; see `autograder doctor`"
        ) from None
    minimum = assignment.isolation.minimum
    missing = lacking(minimum, found.layers, found.probes)
    if missing:
        raise StandingError(
            f"{SETTINGS} demands {minimum} isolation, and this machine does not offer it: {'; '.join(missing)}; "
            "see `autograder doctor`"
        )
    return summary(found.layers, found.probes)


def secret_files(course: Course, name: str, others: Sequence[Path] = ()) -> Iterator[Path]:
    """The files that student code must not read: hidden tests, answers, the seed, grades, and what is named besides."""
    folders = [course.tests("hidden", name), course.tests("mistakes", name), course.solutions(name)]
    for folder in (*folders, *others):
        yield from (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else (folder,)
    yield from course.source(name).glob("*.ipynb")
    yield from (path for path in course.gradebook.glob("*") if path.is_file())
