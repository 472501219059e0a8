"""The only process that runs student code: forked clean, confined, and only then given the submission.

It imports nothing of judging or classroom, knows no test and holds no expected value.
"""

from __future__ import annotations

import ctypes
import io
import os
import socket
import sys
import tempfile
import types
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from autograder.isolation import sandbox
from autograder.isolation.engine import Engine, fill_with_nan
from autograder.isolation.student_modules import StudentModules
from autograder.isolation.wire import wire
from autograder.isolation.wire.packing import pack, pack_limited
from autograder.isolation.wire.unpacking import unpack

_FOREVER = float("inf")
_SHOWN_FAULT = 500


def main(fds: Sequence[int], settings: Mapping[str, Any]) -> None:
    """Serve verbs until the pipe closes.

    Args:
        fds: the pipe to the grader, then where standard output, standard error and warnings go.
        settings: what `sandbox.confine` needs, and `root`: the folder of our own package, taken off the import path.
    """
    pipe = take_descriptors(fds)
    # Loaded by dlopen only once, before student code can change how names are looked up.
    flush = ctypes.CDLL(None).fflush
    forget_own_package(settings["root"])
    # A worker may write nowhere, but optimizers import modules that stop when no folder lets them try.
    tempfile.tempdir = "/tmp"
    report = sandbox.confine(settings)
    try:
        setup = unpack(wire.receive(pipe, _FOREVER, limited=False))
        modules = StudentModules(setup["modules"])
        stand_ins, fault = _stand_ins(setup["stand_ins"])
        fill_with_nan()
        engine = Engine(modules.resolver(setup["owners"]), stand_ins, modules.is_own)
        # The last word of ours alone: from here on, student code may have changed whatever answers.
        wire.send(pipe, pack({"layers": report, "fault": fault}), _FOREVER)
        while True:
            number, ops = unpack(wire.receive(pipe, _FOREVER, limited=False))
            replies: list[Any] = []
            for op in ops:
                replies.append(engine.run(op))
                if "error" in replies[-1]:
                    break
            _flush(flush)
            wire.send(pipe, _packed(number, replies), _FOREVER)
    except BaseException:  # the pipe is closed, or there is no memory left; a traceback would count as printing
        os._exit(0)


def forget_own_package(root: str) -> None:
    """Take the folder of our package off the import path, unless it was installed and has all others beside it."""
    if Path(torch.__file__).parents[1] != Path(root):
        sys.path[:] = [entry for entry in sys.path if entry not in ("", root)]


def _packed(number: int, replies: list[Any]) -> bytes:
    """Encode the replies; a value that cannot be encoded is an error of the verb that returned it."""
    try:
        return pack_limited([number, replies])
    except BaseException:
        text = "what was returned cannot be passed on"
        replies[-1] = {"error": {"kind": "ValueError", "text": text, "frames": []}}
        return pack_limited([number, replies])


def take_descriptors(fds: Sequence[int]) -> socket.socket:
    """Keep 0, 1 and 2 (made new), the pipe and the file for warnings; close whatever else is open."""
    pipe, out, err, warn = (os.dup(fd) for fd in fds)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.dup2(pipe, 3)
    os.dup2(warn, 4)
    os.closerange(5, 1 << 16)
    for name in ("stdout", "stderr"):
        # Both to descriptor 1: the warnings that torch's C++ side writes to 2 are so told from what Python prints.
        stream = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), "utf-8", "backslashreplace", write_through=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.stdin = io.TextIOWrapper(io.FileIO(0, "r", closefd=False))

    def show(message: Any, category: type[Warning], filename: str, line: int, *_: object) -> None:
        os.write(4, f"{filename}:{line}: {category.__name__}: {message}\n".encode("utf-8", "replace")[:2000])

    # Warnings of Python and of torch are no printing: they get a file of their own.
    warnings.showwarning = show  # type: ignore[assignment]
    return socket.socket(fileno=3)


def _flush(fflush: Any) -> None:
    """Push out what student code has left in Python's and C's buffers."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # student code may have put anything there
            continue
    fflush(None)


def _stand_ins(source: str) -> tuple[dict[str, Any], str]:
    """Define the assignment's stand-in classes in a module of our own name; return them, and what went wrong."""
    module = types.ModuleType("autograder_stand_ins")
    sys.modules[module.__name__] = module
    try:
        exec(compile(source, "<stand-ins>", "exec"), module.__dict__)
    except Exception as error:
        return {}, f"{type(error).__name__}: {error}"[:_SHOWN_FAULT]
    return dict(vars(module)), ""
