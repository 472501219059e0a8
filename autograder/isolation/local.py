"""The in-process transport: the student's own check, in the student's own notebook."""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from autograder.isolation.engine import Engine, Op
from autograder.isolation.faults import Frame, StudentError

_TORCH_WARNING = re.compile(r"^\[W\d{4} \d\d:\d\d:\d\d\.\d+ [\w/.-]+\.(?:cpp|cc|h|hpp):\d+\] .*\n?", re.MULTILINE)


class LocalTransport:
    """Runs verbs in this process.

    Args:
        resolve: gives the class or function of a name.
        stand_ins: the assignment's stand-in classes by name.
        own_file: does a file name (as in a traceback) belong to the student?

    Attributes:
        printed: what student code wrote to `sys.stdout` or `sys.stderr`: pairs of (call, text).
    """

    def __init__(
        self, resolve: Callable[[str], Any], stand_ins: Mapping[str, Any], own_file: Callable[[str], bool]
    ) -> None:
        self._engine = Engine(resolve, stand_ins, own_file)
        self.printed: list[tuple[str, str]] = []

    def request(self, ops: list[Op], calls: Sequence[str]) -> list[Any]:
        """See `verbs.Transport`."""
        results: list[Any] = []
        for op, call in zip(ops, calls, strict=True):
            written = io.StringIO()
            with contextlib.redirect_stdout(written), contextlib.redirect_stderr(written), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a warning is no printing
                reply = self._engine.run(_copied(op))
            if written.getvalue():
                self.printed.append((call, written.getvalue()))
            if "error" in reply:
                raise student_error(reply["error"], call, results)
            results.append(reply["ok"])
        return results


def student_error(raw: Any, call: str, results: Sequence[Any]) -> StudentError:
    """Make the exception of an engine's error reply; malformed replies raise TypeError, ValueError or KeyError."""
    frames = tuple(
        Frame(str(file)[:200], int(line), str(name)[:100], str(text)[:200]) for file, line, name, text in raw["frames"]
    )
    error = StudentError(call, str(raw["kind"])[:100], str(raw["text"])[:2000], frames)
    error.results = tuple(results)
    return error


def _copied(value: Any) -> Any:
    """Copy tensors on the way in, as the wire does: student code must not reach the test's own."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, (list, tuple)):
        return type(value)(_copied(item) for item in value)
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return value


def without_torch_warnings(text: str) -> str:
    """Drop the lines that torch's C++ side writes to standard error by itself, e.g. `[W1123 12:00:00.1 NNPACK.cpp:57]`.

    The text must be that of file descriptor 2 where nothing of Python writes to it: anybody can print such a line.
    """
    return _TORCH_WARNING.sub("", text)
