"""`autograder class` is killed at one moment after another: nothing of it lives on, and the end is the same."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from class_outcome import drafts, outcome
from families import ended
from toy_work import RIGHT, STUB, copy_course, forward, notebook, zipped

from autograder.authoring.course import Course
from autograder.classroom.gradebook.files import Staging
from autograder.judging.grade import class_seed

# A command line that is killed as it begins the n-th call of something, and says first which processes it has.
KILLED = """
import importlib, json, os, signal, sys
from autograder.__main__ import main
from families import family

place, number, *arguments = sys.argv[1:]
module, _, name = place.partition(":")
*outer, name = name.split(".")
owner = importlib.import_module(module)
for part in outer:
    owner = getattr(owner, part)
called, calls = getattr(owner, name), []

def killed(*given, **named):
    calls.append(1)
    if len(calls) == int(number):
        os.write(1, json.dumps(family(os.getpid())).encode())
        os.kill(os.getpid(), signal.SIGKILL)
    return called(*given, **named)

setattr(owner, name, killed)
main(arguments)
"""
RESULT = "autograder.classroom.progress:ClassProgress.advance"
# Where it is killed, run after run: with some results told and others written, in the gradebook's transaction,
# between a student's two folders, before the table and before the report.
MOMENTS = (
    (RESULT, 1),
    (RESULT, 5),
    ("autograder.classroom.gradebook.marks:write", 1),
    ("autograder.classroom.gradebook.files:Staging.publish", 4),
    ("autograder.classroom.record:write_grades_csv", 1),
    ("autograder.classroom.record:write_report", 1),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "handed_in"
    made.mkdir()
    for number, source in enumerate((RIGHT, forward("return x"), STUB, forward("print(x)", "return x"), RIGHT, STUB)):
        zipped(made / f"student{number}.zip", {"toy.ipynb": notebook(source)})
    return made


def arguments(course: Course, folder: Path) -> list[str]:
    return ["class", str(folder), "--course", str(course.root), "--jobs", "2"]


def run(course: Course, folder: Path) -> str:
    command = [sys.executable, "-m", "autograder", *arguments(course, folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def kill_at(place: str, number: int, course: Course, folder: Path) -> None:
    code = f"import sys; sys.path.append({str(Path(__file__).parent)!r})\n{KILLED}"
    command = [sys.executable, "-c", code, place, str(number), *arguments(course, folder)]
    # The pipes end when the last process that has them has ended: a fork server that lived on would be waited for.
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, (place, done.stderr)
    family = json.loads(done.stdout[done.stdout.rindex("[") :])
    assert family or place != RESULT
    assert [pid for pid in family if not ended(pid)] == []


def other_course(tmp_path: Path, course: Course) -> Course:
    """Another course with the same seed."""
    made = copy_course(tmp_path / "other")
    made.gradebook.mkdir()
    (made.gradebook / "seed.txt").write_text(class_seed(course) + "\n", encoding="utf-8")
    return made


def test_killed_at_any_moment_and_resumed_it_ends_the_same(course: Course, folder: Path, tmp_path: Path) -> None:
    whole = other_course(tmp_path, course)
    run(whole, folder)
    for place, number in MOMENTS:
        kill_at(place, number, course, folder)
        graded = list(course.gradebook.glob("graded/toy/*/results.json"))
        for path in graded:
            json.loads(path.read_text(encoding="utf-8"))  # each one is whole
    told = run(course, folder)
    assert "6 verdicts stood already" in told  # by the third run all were graded
    assert outcome(course) == outcome(whole)
    assert drafts(course) == []


def test_a_folder_that_was_moved_aside_goes_back(course: Course, tmp_path: Path) -> None:
    """Killed between the two renames that replace a student's folder."""
    place = course.gradebook / "autograded/ann/toy"
    place.mkdir(parents=True)
    (place / "toy.ipynb").write_text("old", encoding="utf-8")
    killed = Staging(course.gradebook, "toy")
    aside = killed._folder / "old-autograded-ann"
    place.rename(aside)
    shutil.copytree(aside, killed._folder / "old-autograded-ben")
    there = course.gradebook / "autograded/ben/toy"
    there.mkdir(parents=True)
    (there / "toy.ipynb").write_text("new", encoding="utf-8")
    with Staging(course.gradebook, "toy"):
        assert (place / "toy.ipynb").read_text(encoding="utf-8") == "old"
        assert (there / "toy.ipynb").read_text(encoding="utf-8") == "new"
    assert list(course.gradebook.glob(".staging*")) == []


def test_two_at_once_are_one_too_many(course: Course, folder: Path) -> None:
    from autograder.classroom.alone import alone

    with alone(course):
        command = [sys.executable, "-m", "autograder", *arguments(course, folder)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "at work" in done.stderr
    assert not (course.gradebook / "graded").exists()
