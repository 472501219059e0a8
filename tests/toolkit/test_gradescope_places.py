"""What the zip does on Gradescope when places are missing, odd or too small, or when it is stopped."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest
from test_gradescope import HALF, Harness
from toy_work import RIGHT, notebook

from autograder.authoring.archive import write_folder


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    return Harness(tmp_path / "autograder")


def inner_zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("work/toy.ipynb", notebook())
    return made.getvalue()


@pytest.mark.parametrize(
    "files",
    [
        {"my work/toy.ipynb": notebook().encode()},
        {"a/b/work.zip": inner_zip()},
        {"toy (1).ipynb": notebook().encode()},
        {"affine.py": RIGHT.encode()},
    ],
    ids=["folder", "zip", "renamed", "module"],
)
def test_work_is_found_in_what_gradescope_has_unpacked(harness: Harness, files: dict[str, bytes]) -> None:
    write_folder(harness.root / "submission", files)  # no metadata, no folder for results
    results, done = harness.grade()
    assert (results["score"], results["extra_data"]["fault"], done.returncode) == (5.0, "", 0)


def test_files_that_look_like_the_graders_own_are_nothing_to_it(harness: Harness) -> None:
    loud = b"raise SystemExit('taken for ours')"
    names = ("autograder/__init__.py", "torch.py", "sitecustomize.py", "conftest.py", "models/__init__.py", "json.py")
    files = dict.fromkeys(names, loud) | {
        "pytest.ini": b"[pytest]\naddopts = --collect-only\n",
        "results/results.json": b'{"score": 100}',
        "run_autograder": b"#!/bin/sh\nexit 1\n",
        "toy.ipynb": notebook(HALF).encode(),
    }
    write_folder(harness.root / "submission", files)
    (harness.root / "submission/autograder-results").symlink_to(harness.root / "results")
    results, _ = harness.grade()
    assert (0 < results["score"] < 5, results["extra_data"]["fault"]) == (True, "")
    assert [test["name"] for test in results["tests"]] == ["affine_parameters", "affine_forward"]


def test_an_empty_submission_gets_nothing_and_one_clear_line(harness: Harness) -> None:
    (harness.root / "submission").mkdir()
    results, _ = harness.grade()
    assert (results["score"], results["extra_data"]["fault"]) == (0.0, "")
    assert "submission holds no notebook and no models/ folder" in results["output"]


def test_a_submission_that_is_missing_is_no_students_fault(harness: Harness) -> None:
    results, done = harness.grade()
    assert "submission is no folder that can be read" in results["extra_data"]["fault"]
    assert "It is not your fault" in results["output"]
    assert all("score" not in test for test in results["tests"])
    assert done.returncode == 0


@pytest.mark.parametrize(
    "before",
    [
        "( sleep 1; kill -9 $$ ) &",  # a timeout
        "ulimit -v 300000",  # no memory for PyTorch
        "ulimit -n 12",
        "ulimit -f 1",  # a full disk, nearly
    ],
    ids=["killed", "memory", "files", "disk"],
)
def test_whatever_stops_it_there_are_results_and_no_zero_that_looks_earned(harness: Harness, before: str) -> None:
    write_folder(harness.root / "submission", {"toy.ipynb": notebook(HALF).encode()})
    shutil.rmtree(harness.root / "results", ignore_errors=True)
    results, _ = harness.grade(before)
    assert results["extra_data"]["fault"]
    assert "It is not your fault" in results["output"]
    assert all("score" not in test and "status" not in test for test in results["tests"])
