"""Rehearses the Gradescope zip: setup and four submissions in each place; results must be those of a grading here."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.authoring.archive import write_folder
from autograder.authoring.assignment import Assignment
from autograder.authoring.bundle import build_bundle
from autograder.authoring.course import Course
from autograder.judging.grade import Job, class_seed, grade
from tests.rehearsal.dockerfile import build_image
from tests.rehearsal.places import Plain, Root, can_make_root, fetch_wheels, make_root
from tests.rehearsal.submissions import expected, submissions
from tests.toolkit.gradescope_format import problems

COURSE = Course(Path(__file__).resolve().parents[2])
ASSIGNMENT = "machine_translation"
PYTHON_OF_SUITE = (3, 11)
# What must be the same everywhere; time, versions and layers of confinement may differ.
_ALIKE = ("score", "output", "tests", "leaderboard")
_ALIKE_EXTRA = ("steps", "silence", "problems", "notes", "fault", "faults", "diagnosis", "seed")


def main() -> int:
    """Rehearse; returns the exit status."""
    assignment = COURSE.load(ASSIGNMENT)
    bundle = build_bundle(COURSE, ASSIGNMENT, seed=class_seed(COURSE))
    print(f"{bundle.name}: {bundle.stat().st_size / 1e6:.2f} MB")
    handed_in = submissions(COURSE, assignment)
    work = COURSE.root / "build" / "rehearsal"
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work, prefix="run-") as folder:
        here = graded_here(handed_in, Path(folder) / "here")
        places = list(prepared(bundle, work, Path(folder)))
        wrong = [line for place in places for line in rehearse(place, assignment, handed_in, here)]
    for line in wrong:
        print(f"✗ {line}")
    print(f"{len(wrong)} differences" if wrong else "All results are those of `autograder grade`.")
    return 1 if wrong else 0


def graded_here(handed_in: Mapping[str, Mapping[str, bytes]], folder: Path) -> dict[str, dict[str, Any]]:
    """Grade the submissions as `autograder grade` does."""
    jobs = [Job(folder / name / "submission", folder / name / "results") for name in handed_in]
    for job, files in zip(jobs, handed_in.values(), strict=True):
        write_folder(job.submission, files)
    return dict(zip(handed_in, grade(COURSE, ASSIGNMENT, jobs), strict=True))


def prepared(bundle: Path, work: Path, folder: Path) -> Iterator[Plain | Root]:
    """Lay the zip out, run its setup twice, and yield the places where it is to run."""
    with zipfile.ZipFile(bundle) as packed:
        packed.extract("requirements.txt", folder)
    reason = can_make_root()
    python = sys.version_info[:2] if reason else PYTHON_OF_SUITE
    wheels = fetch_wheels(folder / "requirements.txt", work / "wheels", python)
    if reason:
        print(f"No Debian of its own ({reason}): rehearsing in a plain folder.")
        plain = Plain(folder / "autograder", wheels)
        _set_up(plain, bundle)
        yield plain
        return
    started = time.monotonic()
    make_root(folder / "root")
    print(f"A fresh Debian: {time.monotonic() - started:.0f} s")
    shutil.copytree(folder / "root", folder / "image", symlinks=True, ignore=shutil.ignore_patterns("dev"))
    (folder / "image/dev").mkdir()
    _set_up(Root(folder / "root", wheels), bundle)
    yield Root(folder / "root")
    yield Root(folder / "root", without="sys_admin")
    started = time.monotonic()
    image = build_image(COURSE.root / "Dockerfile", Root(folder / "image", wheels), bundle)
    print(f"Dockerfile: {time.monotonic() - started:.0f} s")
    yield image


def _set_up(place: Plain | Root, bundle: Path) -> None:
    """Lay out `/autograder` as Gradescope does, and run setup.sh: once, and once more."""
    source = place.folder / "source"
    source.mkdir(parents=True)
    place.folder.chmod(0o755)
    with zipfile.ZipFile(bundle) as packed:
        packed.extractall(source)
    shutil.copyfile(source / "run_autograder", place.folder / "run_autograder")
    (place.folder / "run_autograder").chmod(0o755)
    inside = "/autograder" if isinstance(place, Root) else str(place.folder)
    for turn in ("setup.sh", "setup.sh again"):
        started = time.monotonic()
        done = subprocess.run(place.command(["bash", f"{inside}/source/setup.sh"]), capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{turn} failed in {place.name}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        print(f"{turn}: {time.monotonic() - started:.0f} s; {done.stdout.strip().splitlines()[-1]}")


def rehearse(
    place: Plain | Root,
    assignment: Assignment,
    handed_in: Mapping[str, Mapping[str, bytes]],
    here: Mapping[str, dict[str, Any]],
) -> Iterator[str]:
    """Run every submission in a place; yield what is not as it must be."""
    print(f"\n{place.name}")
    before = _digest(place)
    for name, files in handed_in.items():
        started = time.monotonic()
        found = _run(place, files)
        seconds = time.monotonic() - started
        if found is None:
            yield f"{place.name}, {name}: no results.json"
            continue
        level = found["extra_data"].get("isolation", {}).get("level", "?")
        print(f"  {name:9} {found.get('score')!s:>6} points  {seconds:4.1f} s  isolation {level}")
        if found["extra_data"]["fault"]:
            yield f"{place.name}, {name}: the grader failed: {found['extra_data']['fault']}"
            continue
        wrong = [f"it gets {found['score']}"] if found.get("score") != expected(assignment, name) else []
        wrong += problems(found)
        wrong += [f"{key} differs" for key in _ALIKE if found.get(key) != here[name].get(key)]
        extra, wanted = found["extra_data"], here[name]["extra_data"]
        wrong += [f"extra_data.{key} differs" for key in _ALIKE_EXTRA if extra.get(key) != wanted.get(key)]
        yield from (f"{place.name}, {name}: {line}" for line in wrong)
    if _digest(place) != before:
        yield f"{place.name}: a submission has changed the grader's own files"


def _digest(place: Plain | Root) -> str:
    """Digest of the grader's files, without what Python keeps beside them."""
    digest = hashlib.sha256()
    for path in sorted(path for path in (place.folder / "source").rglob("*") if path.is_file()):
        if path.suffix != ".pyc":
            digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _run(place: Plain | Root, files: Mapping[str, bytes]) -> dict[str, Any] | None:
    """Hand a submission in and run the grader on it, as Gradescope's harness does."""
    shutil.rmtree(place.folder / "submission", ignore_errors=True)
    shutil.rmtree(place.folder / "results", ignore_errors=True)
    write_folder(place.folder / "submission", files)
    (place.folder / "results").mkdir()
    metadata = {"id": 1, "created_at": "2026-01-05T12:00:00.000000-05:00", "users": [{"name": "A", "email": "a@b.edu"}]}
    (place.folder / "submission_metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    inside = "/autograder" if isinstance(place, Root) else str(place.folder)
    # The results are read through the same command: a read-only root has them in memory, gone at its end.
    script = f"cd {inside} && ./run_autograder >/tmp/stdout 2>&1; cat results/results.json"
    done = subprocess.run(place.command(["bash", "-c", script]), capture_output=True, text=True, timeout=600)
    try:
        return dict(json.loads(done.stdout))
    except ValueError:
        print(done.stdout[-2000:], done.stderr[-2000:])
        return None


if __name__ == "__main__":
    sys.exit(main())
