"""What can go wrong on the student's side of a call, as exceptions on the trusted side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Frame:
    """One of the student's own stack frames: module file, line (1-based), function and the line's text."""

    file: str
    line: int
    function: str
    text: str


class StudentError(Exception):
    """Student code raised. Everything in here was said by student code and is not to be trusted.

    Attributes:
        call: the call that raised, e.g. `LSTM.forward`.
        kind: name of the exception's type.
        text: the exception's message, shortened.
        frames: the student's own frames, outermost first.
        results: of the verbs that were carried out before it in the same request.
    """

    results: tuple[Any, ...] = ()

    def __init__(self, call: str, kind: str, text: str, frames: tuple[Frame, ...] = ()) -> None:
        super().__init__(f"{call} raised {kind}: {text}" if text else f"{call} raised {kind}")
        self.call = call
        self.kind = kind
        self.text = text
        self.frames = frames

    @property
    def left_open(self) -> bool:
        """Is this a TODO that the student has not filled in? PyTorch, too, raises NotImplementedError."""
        if self.kind != "NotImplementedError" or not self.frames:
            return False
        line = self.frames[-1].text  # empty where the source is not at hand
        return not line or "NotImplementedError" in line


class WorkerLost(BaseException):
    """The worker hung, died or broke the protocol: the call is lost.

    No `Exception`, so that no test's `raises(Exception)` can swallow it.

    Attributes:
        reason: `timeout`, `died`, `protocol`, `memory`, `size` (it returned too much) or `spent` (it was not run:
            earlier calls have used up the time, or what a submission may return).
        results: of the verbs before it in the same request; none where those are lost with it.
    """

    results: tuple[Any, ...] = ()

    def __init__(self, call: str, reason: str, message: str) -> None:
        super().__init__(message)
        self.call = call
        self.reason = reason


class OverLimit(Exception):
    """Student code returned more than a limit allows: the text names it and reads on from "returned"."""


class GraderFault(RuntimeError):
    """The grader's own side failed: never the student's fault."""


def named(calls: Sequence[str]) -> str:
    """How a person would name one of several calls, of which nobody knows which it was."""
    return " or ".join(dict.fromkeys(calls))
