"""Broken and odd archives, graded as one class: each gets the right thing, and nobody else notices."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from archive_kit import ESCAPED, FULL, RIGHT, notebook, zipped
from toy_work import TOY, copy_course

from autograder.authoring.course import Course
from autograder.classroom.gradebook.files import FilesError, read_files
from autograder.isolation.opening import intake
from autograder.isolation.opening.merging import merge
from autograder.isolation.submission import SubmissionError, open_submission
from autograder.judging.grade import Job, grade

FILES = {path.stem: path for path in sorted((Path(__file__).parent / "archives").glob("*.py"))}
NEIGHBOURS = ["aaron", "fay", "mika", "zoe"]  # first, last and in between


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"archive_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CASES = {name: load(path) for name, path in FILES.items()}


def listing(folder: Path) -> dict[str, int]:
    """Everything below a folder, and when it was changed."""
    found = (Path(above, name) for above, folders, files in os.walk(folder) for name in [*folders, *files])
    return {str(path): path.lstat().st_mtime_ns for path in found}


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every archive, built in a folder of its own."""
    root = tmp_path_factory.mktemp("handed_in")
    paths = {}
    for name, case in CASES.items():
        (root / name).mkdir()
        paths[name] = root / name / getattr(case, "NAME", f"{name}.zip")
        case.build(paths[name])
    return paths


@pytest.fixture(scope="module")
def results(handed_in: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Results of one real session over all archives and a few right neighbours."""
    root = tmp_path_factory.mktemp("graded")
    works = dict(handed_in)
    for place, name in enumerate(NEIGHBOURS):
        (root / name).mkdir()
        works[name] = zipped(root / name / f"{name}.zip", {"toy.ipynb": notebook(RIGHT)})
        if place == 0:
            works = {name: works.pop(name)} | works
        elif place < len(NEIGHBOURS) - 1:
            names = list(works)
            at = place * len(names) // (len(NEIGHBOURS) - 1)
            works = {each: works[each] for each in [*names[:at], name, *names[at:]]}
    course = copy_course(root / "course")
    before = listing(next(iter(handed_in.values())).parents[1])
    jobs = [Job(path, root / name / "out") for name, path in works.items()]
    made = grade(course, "toy", jobs, seed="a fixed seed", processes=2)
    assert listing(next(iter(handed_in.values())).parents[1]) == before, "a submission was changed, or written beside"
    found = dict(zip(works, made, strict=True))
    for job, name in zip(jobs, works, strict=True):
        found[name]["page"] = (job.out / "feedback.html").read_text(encoding="utf-8")
        found[name]["files"] = sorted(path.name for path in job.out.iterdir())
    assert not [path for path in root.rglob("*") if ESCAPED in path.name]
    return found


def told(result: dict[str, Any]) -> list[str]:
    return [*result["extra_data"]["problems"], *result["extra_data"]["notes"]]


def test_there_are_enough_and_each_says_what_it_tries() -> None:
    assert len(CASES) >= 60
    for name, case in CASES.items():
        assert case.__doc__, name
        assert len(case.__doc__.strip().split("\n\n")) >= 2, f"{name}: say what it is, then what the right thing is"


@pytest.mark.parametrize("name", CASES)
def test_it_gets_the_right_thing(results: dict[str, dict[str, Any]], name: str) -> None:
    result, expected = results[name], CASES[name].EXPECTED
    assert result["score"] == expected.score, told(result)
    assert (result["extra_data"]["fault"], result["extra_data"]["faults"]) == ("", [])
    assert result["files"] == ["feedback.html", "results.json"]
    lines = told(result)
    assert any(expected.says in line for line in lines) if expected.says else lines == [], lines
    if expected.score == 0:
        assert len(result["extra_data"]["problems"]) == 1, "one clear line"


@pytest.mark.parametrize("name", CASES)
def test_what_it_says_is_fit_to_be_read(
    results: dict[str, dict[str, Any]], handed_in: dict[str, Path], name: str
) -> None:
    result = results[name]
    assert len(told(result)) <= 12
    for line in told(result):
        assert line.isprintable()
        assert line.endswith(".")
        assert len(line) <= 300
        assert not re.search(r"\w+Error\b|Errno", line), line
    shown = result["page"] + result["output"] + "".join(test["output"] for test in result["tests"])
    for secret in ("Traceback", str(handed_in[name].parent), str(TOY), "root:x:0"):
        assert secret not in shown
    assert result["page"].startswith("<!doctype html>")


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_no_neighbour_notices(results: dict[str, dict[str, Any]], name: str) -> None:
    assert (results[name]["score"], told(results[name])) == (FULL, [])


@pytest.mark.parametrize("name", CASES)
def test_the_gradebook_copies_it_or_not(handed_in: dict[str, Path], name: str) -> None:
    found: dict[str, bytes] = {}
    with contextlib.suppress(FilesError):
        found = read_files(handed_in[name])
    assert sum(map(len, found.values())) <= 100_000_000
    for place in found:
        assert not place.startswith("/")
        assert ".." not in place.split("/")


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_read_beyond_the_bounds(
    handed_in: dict[str, Path], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening may only fail in the one way that has a message, and takes in no more than it may."""
    taken: list[intake.Intake] = []
    unpacked: list[int] = []
    make = intake.Intake.__init__

    def watched(self: intake.Intake, *args: Any, **options: Any) -> None:
        make(self, *args, **options)
        taken.append(self)

    def counted(self: intake.Intake, item: Any) -> None:
        def read(limit: int) -> bytes:
            data: bytes = item.read(limit)
            unpacked.append(len(data))
            return data

        original(self, type(item)(item.name, item.size, read, item.outside))

    original = intake.Intake._read
    monkeypatch.setattr(intake.Intake, "__init__", watched)
    monkeypatch.setattr(intake.Intake, "_read", counted)
    assignment = Course(TOY).load("toy")
    with contextlib.suppress(SubmissionError):
        merge(assignment, open_submission(handed_in[name], assignment))
    assert all(len(data) <= intake.MAX_FILE_BYTES for each in taken for data in each.files.values())
    assert sum(unpacked) <= intake.MAX_TOTAL_BYTES + intake.MAX_FILE_BYTES
