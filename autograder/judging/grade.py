"""Grading from the command line's side: start the fork server, hand over the jobs, collect the results."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.course import Course
from autograder.isolation.confinement.layers import SWITCHABLE, unknown
from autograder.isolation.zygote import Lease, Zygote

SEED_FILE = "seed.txt"


class GradingError(RuntimeError):
    """The grader cannot work: its tests or its own processes are broken. The message is one line."""


@dataclass(frozen=True)
class Job:
    """A submission (zip or folder) and the folder that gets its results.json and feedback.html.

    `digests` is kept in the results: what says later whether the verdict still stands.
    """

    submission: Path
    out: Path
    digests: Mapping[str, str] | None = None


def class_seed(course: Course) -> str:
    """The secret seed of all random inputs, made on first use: the same for a whole class and every resubmission."""
    path = course.gradebook / SEED_FILE
    with contextlib.suppress(OSError):
        if text := path.read_text(encoding="utf-8").strip():
            return text
    path.parent.mkdir(parents=True, exist_ok=True)
    # For nobody else to read: with the seed, the hidden tests' inputs can be computed.
    with contextlib.suppress(FileExistsError), open(path, "x", encoding="utf-8", opener=_private) as file:
        file.write(secrets.token_hex(16) + "\n")
    return path.read_text(encoding="utf-8").strip()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def grade(
    course: Course,
    assignment: str,
    jobs: Sequence[Job],
    *,
    seed: str | None = None,
    processes: int = 1,
    on_result: Callable[[Job, dict[str, Any]], None] | None = None,
    explain: str | None = None,
    layers_off: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """Grade submissions and return the contents of their results.json, in the order of the jobs.

    Args:
        course: the course.
        assignment: name of the assignment.
        jobs: what to grade and where results go.
        seed: text that all random inputs follow from; the course's own secret one unless given.
        processes: submissions graded side by side.
        on_result: called with each job and its results as they come.
        explain: run this step alone, and write what `explanation` says of it beside each results.json.
        layers_off: layers of confinement to leave out; those that the assignment names unless given.

    Raises:
        AssignmentError: the assignment is unknown.
        GradingError: the tests cannot be collected, the machine confines student code less than the assignment
            demands, or the grader's own processes failed.
    """
    from autograder.judging.results import RESULTS

    if assignment not in course.assignments():
        course.load(assignment)  # raises the message that names what is there
    if names := unknown(layers_off or ()):
        raise GradingError(f"there is no layer {names[0]!r} to switch off; known: {', '.join(SWITCHABLE)}")
    for job in jobs:
        _make_room(job.out)
    plan = {
        "course": str(course.root.resolve()),
        "source": str(course.source(assignment).resolve()),
        "public": str(course.tests("public", assignment).resolve()),
        "hidden": str(course.tests("hidden", assignment).resolve()),
        "seed": seed or class_seed(course),
        "processes": processes,
        "explain": explain,
        "layers_off": None if layers_off is None else list(layers_off),
        "jobs": [
            {
                "submission": str(job.submission.absolute()),  # not `resolve`, which fails on links in circles
                "out": str(job.out.resolve()),
                "digests": dict(job.digests or {}),
            }
            for job in jobs
        ],
    }
    files: dict[int, dict[str, str]] = {}
    results: dict[int, dict[str, Any]] = {}
    with Zygote() as zygote:
        pipe, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            request = {"entry": "autograder.judging.session:main", "confine": False, "settings": {}}
            lease = Lease(zygote.control, request, [theirs.fileno(), zygote.control.fileno()])
        try:
            with pipe, pipe.makefile("rw", encoding="utf-8") as stream:
                stream.write(json.dumps(plan) + "\n")
                stream.flush()
                for line in stream:
                    message = json.loads(line)
                    if "error" in message:
                        raise GradingError(message["error"])
                    if "done" in message:
                        index = message["done"]
                        files[index] = message["files"]
                        results[index] = json.loads(files[index][RESULTS])
                        if on_result:
                            on_result(jobs[index], results[index])
                    if "end" in message:
                        break
        except ConnectionError:
            pass  # told below: what is missing has no result
        finally:
            lease.close()
    # Now that no student code runs any more: where nothing confined it, it could have written over the files.
    for index, texts in files.items():
        _settle(jobs[index].out, texts)
    missing = len(jobs) - len(results)
    if missing:
        raise GradingError(f"the grading process ended early; {missing} of {len(jobs)} submissions have no result")
    return [results[index] for index in range(len(jobs))]


def _make_room(out: Path) -> None:
    """Make the folder of a result and take older results out: they must not pass for new ones."""
    from autograder.judging.results import RESULTS

    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in (RESULTS, "fault.txt"):
            (out / name).unlink(missing_ok=True)
    except OSError as error:
        raise GradingError(f"{out} cannot take results: {error.strerror}") from None


def _settle(out: Path, texts: Mapping[str, str]) -> None:
    """Make sure that files hold what was found."""
    from autograder.judging.results import write_text

    try:
        for name, text in texts.items():
            path = out / name
            if not path.is_file() or path.read_bytes() != text.encode("utf-8", "replace"):
                write_text(path, text)
    except OSError as error:
        raise GradingError(f"{out} cannot take results: {error.strerror}") from None
