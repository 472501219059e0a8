"""One grading of a class at a time: two would write over each other's results."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator

from autograder.authoring.course import Course

LOCK = ".class.lock"


class NotAlone(RuntimeError):
    """Another `autograder class` is at work in this course. The message is one line."""


@contextlib.contextmanager
def alone(course: Course) -> Iterator[None]:
    """Keep every other grading of a class out of this course. The system lets go when this process ends, however.

    Raises:
        NotAlone: another one is at work.
    """
    course.gradebook.mkdir(parents=True, exist_ok=True)
    with (course.gradebook / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotAlone(f"another `autograder class` is at work in {course.root}; wait until it is done") from None
        except OSError:  # a file system without locks: better unguarded than not at all
            pass
        yield
