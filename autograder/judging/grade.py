"""Grading from the command line's side: hand over the jobs, write down the results."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import tempfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from autograder.authoring.course import Course
from autograder.judging.running import GradingError, Job, Running, SessionEnded

__all__ = ["GradingError", "Job", "OnResult", "class_seed", "grade", "grade_each", "make_room"]

SEED_FILE = "seed.txt"

# Called with each job and its results as they come.
OnResult = Callable[[Job, dict[str, Any]], None]


def class_seed(course: Course) -> str:
    """The secret seed of all random inputs, made on first use: the same for a whole class and every resubmission."""
    path = course.gradebook / SEED_FILE
    with contextlib.suppress(OSError):
        if text := path.read_text(encoding="utf-8").strip():
            return text
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside: a run that is killed leaves a whole seed or none, and never another one than is used.
    draft = path.with_name(f".{SEED_FILE}.{secrets.token_hex(8)}")
    try:
        # For nobody else to read: with the seed, the hidden tests' inputs can be computed.
        with open(draft, "x", encoding="utf-8", opener=_private) as file:
            file.write(secrets.token_hex(16) + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
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
    on_result: OnResult | None = None,
    explain: str | None = None,
    layers_off: Sequence[str] | None = None,
    pages: bool = True,
) -> list[dict[str, Any]]:
    """Grade submissions and return the contents of their results.json, in the order of the jobs.

    All of them are kept in memory; for a whole class there is `grade_each`, with the same arguments.
    """
    results: dict[Path, dict[str, Any]] = {}

    def keep(job: Job, found: dict[str, Any]) -> None:
        results[job.out] = found
        if on_result:
            on_result(job, found)

    grade_each(
        course,
        assignment,
        jobs,
        keep,
        seed=seed,
        processes=processes,
        explain=explain,
        layers_off=layers_off,
        pages=pages,
    )
    return [results[job.out] for job in jobs]


def grade_each(
    course: Course,
    assignment: str,
    jobs: Sequence[Job],
    on_result: OnResult,
    *,
    seed: str | None = None,
    processes: int = 1,
    explain: str | None = None,
    layers_off: Sequence[str] | None = None,
    pages: bool = True,
    on_start: Callable[[Job], None] | None = None,
) -> None:
    """Grade submissions; each one's results are written as it ends and handed to `on_result`, not kept.

    Args:
        course: the course.
        assignment: name of the assignment.
        jobs: what to grade and where results go.
        on_result: called with each job and its results as they come.
        seed: text that all random inputs follow from; the course's own secret one unless given.
        processes: submissions graded side by side.
        explain: run this step alone, and write what `explanation` says of it beside each results.json.
        layers_off: layers of confinement to leave out; those that the assignment names unless given.
        pages: make feedback.html, too.
        on_start: called with each job when it begins.

    Raises:
        AssignmentError: the assignment is unknown.
        GradingError: the tests cannot be collected, the machine confines student code less than the assignment
            demands, or the grader's own processes failed.
    """
    from autograder.judging.results import RESULTS

    for job in jobs:
        make_room(job.out)
    others = [path for job in jobs for path in (job.submission, job.out)] if len(jobs) > 1 else []
    left = len(jobs)
    with _Originals() as originals:
        try:
            with Running(
                course,
                assignment,
                seed=seed or class_seed(course),
                processes=processes,
                expected=len(jobs),
                others=others,
                explain=explain,
                layers_off=layers_off,
                pages=pages,
                on_start=on_start,
            ) as session:
                waiting = iter(jobs)
                for job in islice(waiting, session.room):
                    session.put(job)
                while left:
                    job, files = session.take()
                    left -= 1
                    for following in islice(waiting, 1):
                        session.put(following)
                    originals.add(job.out, files)
                    on_result(job, json.loads(files[RESULTS]))
        except SessionEnded as error:
            raise GradingError(f"{error}; {left} of {len(jobs)} submissions have no result") from None
        finally:
            # Now that no student code runs any more: where nothing confined it, it could have written over the files.
            originals.restore()


class _Originals:
    """What was found, in a file without a name: thousands of results need not stay in memory."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed on exit)
        self._places: list[tuple[Path, int]] = []

    def __enter__(self) -> _Originals:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, out: Path, files: Mapping[str, str]) -> None:
        """Keep the files of a folder."""
        packed = zlib.compress(json.dumps(files).encode("ascii"), 1)
        self._places.append((out, len(packed)))
        self._file.write(packed)

    def restore(self) -> None:
        """Make sure that all files hold what was found."""
        self._file.seek(0)
        for out, size in self._places:
            _settle(out, json.loads(zlib.decompress(self._file.read(size))))


def make_room(out: Path) -> None:
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
