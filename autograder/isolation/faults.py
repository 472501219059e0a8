"""What can go wrong on the student's side of a call, as exceptions on the trusted side."""

from __future__ import annotations

from dataclasses import dataclass


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
    """

    def __init__(self, call: str, kind: str, text: str, frames: tuple[Frame, ...] = ()) -> None:
        super().__init__(f"{call} raised {kind}: {text}" if text else f"{call} raised {kind}")
        self.call = call
        self.kind = kind
        self.text = text
        self.frames = frames

    @property
    def left_open(self) -> bool:
        """Is this a TODO that the student has not filled in?"""
        return self.kind == "NotImplementedError"


class WorkerLost(BaseException):
    """The worker hung, died or broke the protocol: the call is lost.

    No `Exception`, so that no test's `raises(Exception)` can swallow it.

    Attributes:
        reason: `timeout`, `died`, `protocol`, `memory` or `spent` (not run: earlier calls used up the time).
    """

    def __init__(self, call: str, reason: str, message: str) -> None:
        super().__init__(message)
        self.call = call
        self.reason = reason


class UsageError(RuntimeError):
    """A test asked for something that the handle cannot do: the test's fault, never the student's."""
