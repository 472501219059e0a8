"""The Gradescope zip, built from the toy course."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from toy_course import SOLUTION, declare, put, toy_course

from autograder.authoring import bundle
from autograder.authoring.course import Course
from autograder.authoring.shipping import ReleaseError


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return toy_course(tmp_path)


# The Gradescope zip


def test_the_bundle_is_a_course_without_solutions(course: Course, tmp_path: Path) -> None:
    put(course, "helper.py", "x = 1\n")
    put(course, "figures/a.svg", "<svg/>")
    put(course, "models/affine.py", SOLUTION)
    declare(course, "*.py", "figures/*.svg")
    path = bundle.build_bundle(course, "toy", seed="00ff")
    assert path.stat().st_size < 5_000_000
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path / "unpacked")
        names = packed.namelist()
        modes = {info.filename: info.external_attr >> 16 for info in packed.infolist()}
    assert (modes["run_autograder"], modes["setup.sh"], modes["requirements.txt"]) == (0o100755, 0o100755, 0o100644)
    assert Course(tmp_path / "unpacked").load("toy") == course.load("toy")
    own = sorted(name for name in names if not name.startswith("autograder/"))
    assert own == [
        "gradebook/seed.txt",
        "requirements.txt",
        "run_autograder",
        "setup.sh",
        "source/toy/assignment.toml",
        "source/toy/helper.py",
        "source/toy/toy.ipynb",
        "tests/exercises/hidden/toy/test_secrets.py",
        "tests/exercises/public/toy/test_affine.py",
    ]
    assert SOLUTION not in (tmp_path / "unpacked/source/toy/toy.ipynb").read_text(encoding="utf-8")
    assert not any("__pycache__" in name for name in names)
    first = path.read_bytes()
    assert bundle.build_bundle(course, "toy", seed="00ff").read_bytes() == first


def test_the_scripts_of_the_bundle_are_shell(course: Course, tmp_path: Path) -> None:
    entries = bundle.bundle_entries(course, course.load("toy"))
    for name in ("run_autograder", "setup.sh"):
        (tmp_path / name).write_bytes(entries[name])
        subprocess.run(["bash", "-n", tmp_path / name], check=True)
    assert "gradebook/seed.txt" not in entries


def test_a_bundle_that_is_too_large_names_the_file(course: Course) -> None:
    (course.tests("hidden", "toy") / "noise.bin").write_bytes(os.urandom(5_100_000))
    with pytest.raises(ReleaseError, match=r"its largest file is tests/exercises/hidden/toy/noise\.bin"):
        bundle.build_bundle(course, "toy")
    assert not bundle.bundle_zip(course, "toy").exists()
