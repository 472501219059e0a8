"""What a test raised, as an outcome: its status, and the words for it."""

from __future__ import annotations

import builtins

from autograder.isolation.faults import StudentError, WorkerLost
from autograder.judging.compare import Mismatch
from autograder.judging.verdict import ERROR, FAILED, LOST, OPEN, PASSED

# Names of exceptions that say nothing but what they are; a class of the student's own could be named anything.
_SAFE_KINDS = frozenset(name for name, kind in vars(builtins).items() if isinstance(kind, type))


def explain(error: BaseException | None) -> tuple[str, str, str]:
    """Make (status, brief, detail) of what a test raised."""
    if error is None:
        return PASSED, "", ""
    if isinstance(error, Mismatch):
        return FAILED, error.brief, error.detail
    if isinstance(error, WorkerLost):
        return LOST, str(error), ""
    if isinstance(error, StudentError):
        return _explain_student_error(error)
    return ERROR, "The grader itself failed here; this is not your fault.", f"{type(error).__name__}: {error}"


def _explain_student_error(error: StudentError) -> tuple[str, str, str]:
    if error.left_open:
        return OPEN, f"{error.call} is not done yet", error.text
    kind = error.kind if error.kind in _SAFE_KINDS else "an exception"
    place = f" in {error.frames[-1].file}, line {error.frames[-1].line}" if error.frames else ""
    lines = [f"  {frame.file}, line {frame.line}, in {frame.function}: {frame.text}" for frame in error.frames]
    return FAILED, f"{error.call} raised {kind}{place}", "\n".join(lines)


def said_by(error: BaseException | None) -> str:
    """What student code itself said in an exception, with its kind in front; empty for all other errors."""
    return f"{error.kind}: {error.text}".strip() if isinstance(error, StudentError) else ""
