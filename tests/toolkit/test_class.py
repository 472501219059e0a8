"""`autograder class`: resumed after a stop, regraded after a change, and nobody harmed by a neighbour."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from toy_work import RIGHT, STUB, forward, notebook, zipped

from autograder.authoring.course import Course

WRONG = forward("return x")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "handed_in"
    made.mkdir()
    for name, source in (("ann", RIGHT), ("ben", WRONG), ("cleo", STUB)):
        zipped(made / f"{name}.zip", {"toy.ipynb": notebook(source)})
    (made / "dan.rar").write_bytes(b"Rar!\x1a\x07\x01\x00")
    return made


def run(course: Course, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograder", "class", str(folder), "--course", str(course.root), *options],
        capture_output=True,
        text=True,
    )


def results(course: Course) -> dict[str, dict[str, Any]]:
    folder = course.gradebook / "graded/toy"
    return {path.parent.name: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*/results.json"))}


def stamps(course: Course) -> dict[str, int]:
    folder = course.gradebook / "graded/toy"
    return {path.parent.name: path.stat().st_mtime_ns for path in folder.glob("*/results.json")}


def again(course: Course, before: dict[str, int]) -> set[str]:
    """Who was graded again."""
    return {name for name, stamp in stamps(course).items() if before.get(name) != stamp}


def test_only_what_is_new_or_changed_is_graded_again(course: Course, folder: Path) -> None:
    done = run(course, folder)
    assert (done.returncode, done.stderr) == (0, "")
    scores = {name: found["score"] for name, found in results(course).items()}
    assert scores["ann"] == 5
    assert scores["ben"] < 5
    assert scores["dan"] == 0

    before = stamps(course)
    done = run(course, folder)
    assert again(course, before) == set()
    assert "4 verdicts stood already" in done.stdout

    zipped(folder / "ben.zip", {"toy.ipynb": notebook(RIGHT)})
    (course.gradebook / "graded/toy/cleo/results.json").write_text("{half", encoding="utf-8")
    before = stamps(course)
    run(course, folder)
    assert again(course, before) == {"ben", "cleo"}
    assert results(course)["ben"]["score"] == 5

    test = next(course.tests("hidden", "toy").glob("test_*.py"))
    test.write_text(test.read_text("utf-8") + "\n# changed\n", encoding="utf-8")
    before = stamps(course)
    run(course, folder)
    assert again(course, before) == {"ann", "ben", "cleo", "dan"}

    before = stamps(course)
    run(course, folder, "--fresh")
    assert again(course, before) == {"ann", "ben", "cleo", "dan"}


def test_another_seed_is_another_verdict(course: Course, folder: Path) -> None:
    run(course, folder, "--seed", "one")
    before = stamps(course)
    run(course, folder, "--seed", "two")
    assert again(course, before) == {"ann", "ben", "cleo", "dan"}


def test_a_group_shares_its_verdict_and_its_page(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    (folder / "submission_1").mkdir(parents=True)
    (folder / "submission_1/toy.ipynb").write_text(notebook(RIGHT), encoding="utf-8")
    (folder / "submission_metadata.yml").write_text(
        "submission_1:\n  :submitters:\n  - :email: ann@example.org\n  - :email: ben@example.org\n", encoding="utf-8"
    )
    assert run(course, folder).returncode == 0
    assert {name: found["score"] for name, found in results(course).items()} == {
        "ann@example.org": 5,
        "ben@example.org": 5,
    }
    assert (course.gradebook / "graded/toy/ben@example.org/feedback.html").is_file()
    rows = (course.gradebook / "grades.csv").read_text("utf-8").splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["ann@example.org", "ben@example.org"]


def test_a_verdict_that_the_grader_failed_on_never_stands(course: Course, folder: Path) -> None:
    run(course, folder)
    path = course.gradebook / "graded/toy/ann/results.json"
    content = json.loads(path.read_text("utf-8"))
    content["extra_data"]["fault"] = "out of memory"
    path.write_text(json.dumps(content), encoding="utf-8")
    before = stamps(course)
    run(course, folder)
    assert again(course, before) == {"ann"}


def test_a_folder_of_nothing_is_one_line(course: Course, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = run(course, empty)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    shutil.rmtree(empty)
    assert run(course, empty).returncode == 2
