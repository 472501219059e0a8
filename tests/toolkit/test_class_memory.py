"""However large a class is, the process that hands it out holds what is under way and no more."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.course import Course
from autograder.classroom import batch
from autograder.classroom.layouts import HandedIn
from autograder.judging import grade as grading
from autograder.judging.grade import Job, grade_each

COUNT, EACH = 200, 200_000  # 40 MB in all
LIMIT = 8_000_000


def results(number: int) -> dict[str, str]:
    text = f"{number:06}" * (EACH // 6)  # no two are the same
    return {"results.json": json.dumps({"score": number, "extra_data": {"fault": "", "text": text}})}


class Session:
    """In the place of a grading session: writes and gives back large files."""

    room = 4

    def __init__(self, *_: Any, **__: Any) -> None:
        self.jobs: list[Job] = []
        self.most = 0

    def put(self, job: Job) -> None:
        self.jobs.append(job)
        self.most = max(self.most, len(self.jobs))
        assert self.most <= self.room

    def take(self) -> tuple[Job, dict[str, str]]:
        job = self.jobs.pop(0)
        files = results(int(job.out.name))
        for name, text in files.items():
            (job.out / name).write_text(text, encoding="utf-8")
        return job, files

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@contextmanager
def small() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < LIMIT
    finally:
        tracemalloc.stop()


def test_results_are_not_kept(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grading, "Running", Session)
    jobs = [Job(tmp_path / f"{number}.zip", tmp_path / "out" / str(number)) for number in range(COUNT)]
    told = []
    with small():
        grade_each(course, "toy", jobs, lambda job, found: told.append((job.out.name, found["score"])), seed="x")
    assert told == [(str(number), number) for number in range(COUNT)]


def test_files_that_were_written_over_are_put_right(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grading, "Running", Session)
    jobs = [Job(tmp_path / f"{number}.zip", tmp_path / "out" / str(number)) for number in range(3)]

    def harm(job: Job, found: dict[str, Any]) -> None:
        (tmp_path / "out/0/results.json").write_text("harmed", encoding="utf-8")

    grade_each(course, "toy", jobs, harm, seed="x")
    for number in range(3):
        text = (tmp_path / f"out/{number}/results.json").read_text(encoding="utf-8")
        assert text == results(number)["results.json"]


def test_a_graded_class_is_read_one_by_one(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grading, "Running", Session)
    handed_in = []
    for number in range(COUNT):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(b"PK")
        handed_in.append(HandedIn((str(number),), path))
    with small():
        made = batch.grade_class(course, course.load("toy"), handed_in, tmp_path / "out", processes=2, seed="x")
        total = sum(entry.results["score"] for entry in made.graded)
    assert total == sum(range(COUNT))
    assert made.kept == 0
    (tmp_path / "out/7/results.json").unlink()
    batch._content.cache_clear()
    gone = next(entry for entry in made.graded if entry.student == "7")
    assert dict(gone.results) == {}
