"""Does an answer follow the device of its inputs? Checked on a device that is not the CPU."""

from __future__ import annotations

from collections.abc import Callable

from autograder.isolation.elsewhere import OtherDevice
from autograder.isolation.faults import StudentError
from autograder.isolation.handles import Student
from autograder.judging.compare import Mismatch


def require_follows(student: Student, check: Callable[[Student], object]) -> None:
    """Run a check over there, and fail where tensors of two devices meet. All else is for other tests to judge."""
    try:
        check(student.elsewhere())
    except StudentError as error:
        if error.left_open:
            raise
        if error.kind == OtherDevice.__name__:
            place = f" in {error.frames[-1].file}, line {error.frames[-1].line}" if error.frames else ""
            raise Mismatch(f"{error.call} uses a tensor that is not on the device of its input{place}") from None
    except Mismatch:
        pass
