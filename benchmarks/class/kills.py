"""Kills `autograder class` at random moments, ten times, and resumes it: the end must be that of a run in peace.

    python benchmarks/class/kills.py [--kills 10] [--size 12] [--random-seed 0]

Once all of it is graded, a class is finished in peace and compared, and the next kills meet another one.
Everything runs from a copy of the package and of the course, so that the repository may be edited meanwhile.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from made_class import ASSIGNMENT, copied_course, write_class

from autograder.authoring.course import Course
from autograder.authoring.package import PACKAGE

from class_outcome import drafts, outcome  # isort: skip (of the toolkit's tests)

LONGEST = 120.0


def main() -> None:
    """Kill, resume, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--size", type=int, default=12)
    parser.add_argument("--random-seed", type=int, default=0)
    asked = parser.parse_args()
    rng = random.Random(asked.random_seed)
    with tempfile.TemporaryDirectory() as work:
        package = shutil.copytree(PACKAGE, Path(work) / "package" / PACKAGE.name)
        frozen = copied_course(Path(work) / "frozen")
        whole = copy_of(frozen, Path(work) / "whole")
        folder = write_class(Path(work) / "class", whole, whole.load(ASSIGNMENT), asked.size)
        begun = time.monotonic()
        run(package.parent, whole, folder)
        seconds = time.monotonic() - begun
        wanted = outcome(whole)
        print(f"in peace: {asked.size} submissions in {seconds:.1f} s")
        killed, rounds = 0, 0
        while killed < asked.kills:
            rounds += 1
            course = copy_of(frozen, Path(work) / f"killed{rounds}")
            graded = 0
            while killed < asked.kills and graded < asked.size:
                if not kill(package.parent, course, folder, rng.uniform(0, seconds)):
                    break
                killed += 1
                graded = len(list(course.gradebook.glob("graded/*/*/results.json")))
                print(f"  kill {killed}, class {rounds}: {graded} results are there")
            run(package.parent, course, folder)
            found = outcome(course)
            assert found == wanted, [name for name in wanted if found.get(name) != wanted[name]]
            assert not drafts(course), drafts(course)
        print(f"killed {killed} times in {rounds} classes, resumed each time: everything equals the run in peace")


def copy_of(course: Course, root: Path) -> Course:
    """Another course with the same assignment and tests, and nothing graded."""
    shutil.copytree(course.root, root, symlinks=True)
    return Course(root)


def start(packages: Path, course: Course, folder: Path) -> subprocess.Popen[bytes]:
    """Begin to grade the class with the copied package; the current folder is the first place it is looked for."""
    options = ["--course", str(course.root), "--seed", "kills"]
    command = [sys.executable, "-m", "autograder", "class", str(folder), *options]
    return subprocess.Popen(command, cwd=packages, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def run(packages: Path, course: Course, folder: Path) -> None:
    """Grade the class in peace."""
    process = start(packages, course, folder)
    _, said = process.communicate()
    assert process.returncode == 0, said.decode(errors="replace")


def kill(packages: Path, course: Course, folder: Path, after: float) -> bool:
    """Kill a run after some seconds; False where it was done before."""
    process = start(packages, course, folder)
    try:
        _, said = process.communicate(timeout=after)
        assert process.returncode == 0, said.decode(errors="replace")
        return False
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
    # The end of its standard error is the end of the last process that had it: its fork server and all below.
    process.communicate(timeout=LONGEST)
    return True


if __name__ == "__main__":
    main()
