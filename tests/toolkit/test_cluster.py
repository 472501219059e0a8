"""`autograder class --cluster`: a real scheduler and real worker processes, some of which die or are of no use."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from class_outcome import drafts, outcome
from distributed import Client
from families import ended, family
from toy_work import RIGHT, STUB, copy_course, forward, notebook, zipped

from autograder.__main__ import main
from autograder.authoring.course import Course
from autograder.authoring.package import PACKAGE
from autograder.classroom.cluster import connection, coordinator
from autograder.classroom.layouts import find_submissions
from autograder.classroom.record import grade_and_record
from autograder.judging.results import RESULTS, write_text

SEED = "cluster"
# A worker that dies of one submission, as of a machine that has no memory left.
DIES = """
import os
from autograder.classroom.cluster import work

work.honest = getattr(work, "honest", work.grade)  # Dask loads this twice

def dies(order, parcel, digests):
    if parcel.name == "deadly.zip":
        os.kill(os.getpid(), 9)
    return work.honest(order, parcel, digests)

work.grade = dies
"""
# A command line that kills another process when it has written two results.
KILLS = """
import os, signal, sys
from autograder.__main__ import main
from autograder.classroom.cluster import coordinator

honest, written = coordinator.write_text, []

def write(path, text):
    honest(path, text)
    if path.name == "results.json":
        written.append(path)
        if len(written) == 2:
            os.kill(int(sys.argv[1]), signal.SIGKILL)

coordinator.write_text = write
main(sys.argv[2:])
"""


def start(
    module: str, *arguments: str, until: str, place: str | Path, **environment: str
) -> tuple[subprocess.Popen[str], str]:
    """Start a program of Dask in a folder and wait for a line of its log."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"} | environment,
        cwd=place,
    )
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if until in line:
            threading.Thread(target=process.stderr.read, daemon=True).start()  # or its log would fill the pipe
            return process, line
    raise AssertionError("".join(said))


@contextmanager
def stopped(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder to start in that has one called as the package is, as Gradescope's root has."""
    (tmp_path / "place/autograder/results").mkdir(parents=True)
    return tmp_path / "place"


@pytest.fixture
def scheduling(place: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A scheduler that gives a task up when a single worker has died on it, and its address."""
    failures = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    options = ("--host", "127.0.0.1", "--port", "0")
    process, line = start("dask_scheduler", *options, until="Scheduler at:", place=place, **failures)
    with stopped(process):
        yield process, line.split()[-1]


@pytest.fixture
def scheduler(scheduling: tuple[subprocess.Popen[str], str]) -> str:
    """The address of a scheduler."""
    return scheduling[1]


@contextmanager
def worker(
    scheduler: str, folder: Path, *arguments: str, place: str | Path = "/", **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """A worker; it is started in the root folder, as by systemd, unless told otherwise."""
    folder.mkdir()
    options = ("--host", "127.0.0.1", "--nthreads", "1", "--local-directory", str(folder))
    more = arguments or ("--no-nanny",)
    process, _ = start("dask_worker", scheduler, *options, *more, until="Registered to", place=place, **environment)
    with stopped(process):
        yield process


def hand_in(folder: Path, count: int) -> Path:
    folder.mkdir()
    answers = (RIGHT, forward("return x"), STUB, forward("print(x)", "return x"))
    for number in range(count):
        source = f"{answers[number % len(answers)]}# {number}\n"
        if number % 2:
            zipped(folder / f"s{number}.zip", {"toy.ipynb": notebook(source)})
        else:
            (folder / f"s{number}").mkdir()
            (folder / f"s{number}/toy.ipynb").write_text(notebook(source), encoding="utf-8")
    (folder / "odd.rar").write_bytes(b"Rar!\x1a\x07\x01\x00")
    return folder


def stopped_with(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int | str | None, str]:
    """The exit status and the only line on standard error of a command."""
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    said = capsys.readouterr().err
    assert said.count("\n") == 1, said
    return stop.value.code, said


def test_a_worker_killed_in_the_midst_loses_nothing(
    scheduler: str, course: Course, tmp_path: Path, place: Path
) -> None:
    found = find_submissions(hand_in(tmp_path / "in", 7), "toy").submissions
    there = copy_course(tmp_path / "there")
    grade_and_record(course, course.load("toy"), found, processes=2, seed=SEED)

    told: list[str] = []
    left: list[int] = []
    with worker(scheduler, tmp_path / "one") as one, worker(scheduler, tmp_path / "two", place=place):

        def on_result(student: str, results: dict[str, Any]) -> None:
            told.append(student)
            if len(told) == 2:
                left.extend(family(one.pid))
                one.kill()

        arguments = {"processes": 1, "seed": SEED, "cluster": scheduler}
        made = grade_and_record(there, there.load("toy"), found, on_result=on_result, **arguments)
        assert one.wait(20) == -signal.SIGKILL
        # The same submissions are the same verdicts, wherever they were made.
        again = grade_and_record(there, there.load("toy"), found, processes=1, seed=SEED)
        with Client(scheduler, set_as_default=False) as client:
            assert len(client.nthreads()) == 1
    assert left
    assert [pid for pid in left if not ended(pid)] == []
    assert sorted(told) == sorted(entry.students[0] for entry in found)
    assert (made.kept, again.kept) == (0, len(found))
    assert outcome(there) == outcome(course)
    assert drafts(there) == []
    # Nothing of the class is left on the worker that lived.
    assert [path for path in (tmp_path / "two").rglob("*") if "autograder" in path.name or path.suffix == ".py"] == []


def test_what_kills_its_workers_is_given_up_with_a_clear_fault(scheduler: str, course: Course, tmp_path: Path) -> None:
    folder = hand_in(tmp_path / "in", 3)
    zipped(folder / "deadly.zip", {"toy.ipynb": notebook(RIGHT)})
    found = find_submissions(folder, "toy").submissions
    preload = tmp_path / "dies.py"
    preload.write_text(DIES, encoding="utf-8")
    with worker(scheduler, tmp_path / "one", "--nanny", "--preload", str(preload)):
        made = grade_and_record(course, course.load("toy"), found, processes=1, seed=SEED, cluster=scheduler)
    faults = {entry.student: entry.results["extra_data"]["fault"] for entry in made.graded}
    assert faults.pop("deadly") == "the workers of the cluster that graded it died each time"
    assert set(faults.values()) == {""}  # the others had been on the same worker
    assert (course.gradebook / "graded/toy/deadly/feedback.html").is_file()
    again = grade_and_record(course, course.load("toy"), found, processes=1, seed=SEED)
    assert again.kept == 4
    assert {entry.student: entry.results["score"] for entry in again.graded} == {
        "deadly": 5, "odd": 0, "s0": 5, "s1": 2, "s2": 0,
    }  # fmt: skip


def after_results(monkeypatch: pytest.MonkeyPatch, count: int, action: Callable[[], object]) -> None:
    """Do something when so many results have been written."""
    left = itertools.count(count - 1, -1)

    def write(path: Path, text: str) -> None:
        write_text(path, text)
        if path.name == RESULTS and next(left) == 0:
            action()

    monkeypatch.setattr(coordinator, "write_text", write)


def test_without_workers_it_says_so_and_goes_on_with_the_next_one(
    scheduler: str, course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find_submissions(hand_in(tmp_path / "in", 4), "toy").submissions
    monkeypatch.setattr(connection, "LONELY_SECONDS", 0.2)
    monkeypatch.setattr(coordinator, "LOOK_SECONDS", 0.1)
    said: list[str] = []
    with ExitStack() as workers:
        one = workers.enter_context(worker(scheduler, tmp_path / "one"))

        def say(line: str) -> None:
            said.append(line)
            if "no worker" in line:
                workers.enter_context(worker(scheduler, tmp_path / "two"))

        monkeypatch.setattr(coordinator, "_say", say)
        after_results(monkeypatch, 1, one.kill)
        made = grade_and_record(course, course.load("toy"), found, processes=1, seed=SEED, cluster=scheduler)
    assert [entry.results["extra_data"]["fault"] for entry in made.graded] == [""] * 5
    assert ["no worker for 0.2 seconds; waiting" in said[0], "a worker again" in said[1], len(said)] == [True, True, 2]


def test_stopped_while_there_is_no_worker_it_keeps_what_was_graded(
    scheduler: str, course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LONELY_SECONDS", 0.2)
    monkeypatch.setattr(coordinator, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(coordinator, "_say", lambda _: signal.raise_signal(signal.SIGINT))
    folder = hand_in(tmp_path / "in", 4)
    with worker(scheduler, tmp_path / "one") as one:
        after_results(monkeypatch, 2, one.kill)
        with pytest.raises(SystemExit) as stop:
            main(["class", str(folder), "--course", str(course.root), "--seed", SEED, "--cluster", scheduler])
    assert stop.value.code == 130
    again = grade_and_record(
        course, course.load("toy"), find_submissions(folder, "toy").submissions, processes=1, seed=SEED
    )
    assert again.kept >= 2


def test_a_scheduler_that_dies_is_one_line_and_resumed(
    scheduling: tuple[subprocess.Popen[str], str], course: Course, tmp_path: Path
) -> None:
    process, scheduler = scheduling
    folder = hand_in(tmp_path / "in", 6)
    found = find_submissions(folder, "toy").submissions
    peace = copy_course(tmp_path / "peace")
    grade_and_record(peace, peace.load("toy"), found, processes=1, seed=SEED)
    command = ["class", str(folder), "--course", str(course.root), "--seed", SEED, "--cluster", scheduler]
    with worker(scheduler, tmp_path / "one"):
        done = subprocess.run(
            [sys.executable, "-c", KILLS, str(process.pid), *command], capture_output=True, text=True, timeout=120
        )
    assert done.returncode == 1
    assert done.stderr == f"autograder: {connection.GONE}\n"
    again = grade_and_record(course, course.load("toy"), found, processes=1, seed=SEED)
    assert 2 <= again.kept < len(found)
    assert outcome(course) == outcome(peace)


def test_a_worker_with_another_grader_is_refused(
    scheduler: str, course: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    shutil.copytree(PACKAGE, other / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "autograder/judging/compare.py").open("a", encoding="utf-8") as file:
        file.write("# another version\n")
    command = ["class", str(hand_in(tmp_path / "in", 1)), "--course", str(course.root), "--cluster", scheduler]
    status, said = stopped_with(capsys, *command)
    assert status == 2
    assert "has no worker" in said
    with worker(scheduler, tmp_path / "one", PYTHONPATH=str(other)):
        status, said = stopped_with(capsys, *command)
    assert status == 2
    assert "cannot grade: it has another grader" in said
    assert "install the same version" in said
    assert not list((course.gradebook / "graded").glob("*/*/results.json"))


def test_a_scheduler_without_the_grader_is_refused(
    course: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hidden = tmp_path / "hidden"
    (hidden / "autograder").mkdir(parents=True)
    (hidden / "autograder/__init__.py").touch()
    options = ("--host", "127.0.0.1", "--port", "0")
    process, line = start("dask_scheduler", *options, until="Scheduler at:", place=hidden)
    with stopped(process):
        command = ("class", str(hand_in(tmp_path / "in", 1)), "--course", str(course.root))
        status, said = stopped_with(capsys, *command, "--cluster", line.split()[-1])
    assert status == 2
    assert "lacks the grader (No module named" in said


def test_a_wrong_address_is_one_line(
    course: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.3)
    folder = hand_in(tmp_path / "in", 1)
    for address in ("tcp://127.0.0.1:9", "nonsense://x", "127.0.0.1:notaport"):
        status, said = stopped_with(capsys, "class", str(folder), "--course", str(course.root), "--cluster", address)
        assert status == 2
        assert f"no Dask scheduler answers at {address}" in said


def test_without_dask_it_says_what_to_install(
    course: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    folder = hand_in(tmp_path / "in", 1)
    status, said = stopped_with(
        capsys, "class", str(folder), "--course", str(course.root), "--cluster", "tcp://127.0.0.1:9"
    )
    assert status == 2
    assert "pip install 'torch-autograder[cluster]'" in said
