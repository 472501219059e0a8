"""The Gradescope zip, built from the toy course."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from toy_course import SOLUTION, declare, put, toy_course

from autograder.authoring import bundle
from autograder.authoring.answer_key import reference_modules, solved_modules
from autograder.authoring.course import Course
from autograder.authoring.package import PACKAGE
from autograder.authoring.shipping import ReleaseError


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return toy_course(tmp_path)


def put_mistakes(course: Course) -> None:
    folder = course.tests("mistakes", "toy")
    folder.mkdir(parents=True)
    (folder / "affine.py").write_text("MISTAKES = ()\n", encoding="utf-8")
    (folder / "failures.json").write_text("{}\n", encoding="utf-8")


def test_the_bundle_is_a_course_whose_notebooks_are_cleared(course: Course, tmp_path: Path) -> None:
    put(course, "helper.py", "x = 1\n")
    put(course, "figures/a.svg", "<svg/>")
    put(course, "models/affine.py", SOLUTION)
    declare(course, "*.py", "figures/*.svg")
    put_mistakes(course)
    path = bundle.build_bundle(course, "toy", seed="00ff")
    assert path.stat().st_size < 5_000_000
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path / "unpacked")
        names = packed.namelist()
        modes = {info.filename: info.external_attr >> 16 for info in packed.infolist()}
    assert (modes["run_autograder"], modes["setup.sh"], modes["requirements.txt"]) == (0o100755, 0o100755, 0o100644)
    unpacked = Course(tmp_path / "unpacked")
    assert unpacked.load("toy") == course.load("toy")
    own = sorted(name for name in names if not name.startswith("autograder/"))
    assert own == [
        "fault.json",
        "gradebook/seed.txt",
        "requirements.txt",
        "run_autograder",
        "setup.sh",
        "solutions/toy/models/affine.py",
        "source/toy/assignment.toml",
        "source/toy/helper.py",
        "source/toy/toy.ipynb",
        "tests/exercises/hidden/toy/test_secrets.py",
        "tests/exercises/mistakes/toy/affine.py",
        "tests/exercises/mistakes/toy/failures.json",
        "tests/exercises/public/toy/test_affine.py",
    ]
    assert SOLUTION not in (tmp_path / "unpacked/source/toy/toy.ipynb").read_text(encoding="utf-8")
    assert not any("__pycache__" in name for name in names)
    first = path.read_bytes()
    assert bundle.build_bundle(course, "toy", seed="00ff").read_bytes() == first
    # The key is for the diagnosis, and for that alone where student code cannot read it.
    key = solved_modules(course, course.load("toy"))
    assert reference_modules(unpacked, unpacked.load("toy")) == {name: data.decode() for name, data in key.items()}
    assert reference_modules(unpacked, unpacked.load("toy"), files_hidden=False) == {}


def test_the_scripts_of_the_bundle_are_shell(course: Course, tmp_path: Path) -> None:
    entries = bundle.bundle_entries(course, course.load("toy"))
    for name in ("run_autograder", "setup.sh"):
        (tmp_path / name).write_bytes(entries[name])
        subprocess.run(["bash", "-n", tmp_path / name], check=True)
    assert "gradebook/seed.txt" not in entries


# What is installed --------------------------------------------------------------------------------------

GRADING = ("jinja2", "mistune", "numpy", "pytest", "rich", "sacrebleu", "safetensors", "tomli", "torch", "typer")


def needed(names: Iterable[str], python: str) -> set[str]:
    """Names of packages and of all that they need, under a version of Python on Linux."""
    found: set[str] = set()
    waiting = list(names)
    environment = {"python_full_version": python, "python_version": python.rpartition(".")[0], "extra": ""}
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found.add(name)
        try:
            requirements = [Requirement(line) for line in metadata.distribution(name).requires or ()]
        except metadata.PackageNotFoundError:
            continue  # for other versions of Python; it is named itself
        linux = environment | {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
        waiting += [one.name for one in requirements if one.marker is None or one.marker.evaluate(linux)]
    return found


@pytest.mark.parametrize("python", ["3.10.12", "3.11.2", "3.12.3"])
def test_all_that_grading_needs_is_pinned_and_as_here(python: str) -> None:
    lines = (PACKAGE / "gradescope/requirements.txt").read_text(encoding="utf-8").splitlines()
    ours = (PACKAGE.parent / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert set(lines) <= set(ours)
    pins = [Requirement(line) for line in lines]
    chosen = [one for one in pins if one.marker is None or one.marker.evaluate({"python_full_version": python})]
    names = [canonicalize_name(one.name) for one in chosen]
    assert len(names) == len(set(names))
    assert all(str(one.specifier).startswith("==") for one in chosen)
    wanted = {name for name in needed(GRADING, python) if not name.startswith(("nvidia-", "cuda-", "triton"))}
    assert wanted - set(names) <= ({"tomli"} if python > "3.11" else set())


def test_grading_imports_nothing_else() -> None:
    """The list above is whole: a grading loads no package that is not in it."""
    code = (
        "import sys, autograder.gradescope.__main__, autograder.judging.session, autograder.judging.leaderboard\n"
        "import sacrebleu.metrics.bleu, autograder.isolation.zygote\n"
        "print(*{getattr(module, '__file__', None) or '' for module in list(sys.modules.values())}, sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    packages = metadata.packages_distributions()
    tops = {
        Path(line.partition("site-packages/")[2]).parts[0] for line in done.stdout.split() if "site-packages/" in line
    }
    used = {canonicalize_name(name) for top in tops for name in packages.get(top.partition(".")[0], ())}
    optional = {"setuptools", "tqdm", "wcwidth"}  # torch and tabulate take them where they are
    assert used - needed(GRADING, "3.11.2") - {"torch-autograder"} <= optional


def test_a_bundle_that_is_too_large_names_the_file(course: Course) -> None:
    (course.tests("hidden", "toy") / "noise.bin").write_bytes(os.urandom(5_100_000))
    with pytest.raises(ReleaseError, match=r"its largest file is tests/exercises/hidden/toy/noise\.bin"):
        bundle.build_bundle(course, "toy")
    assert not bundle.bundle_zip(course, "toy").exists()
