"""Kills `autograder class` at random moments, ten times, and resumes it: the end must be that of a run in peace.

    python benchmarks/class/kills.py [--kills 10] [--size 12] [--random-seed 0]

Once all of it is graded, a class is finished in peace and compared, and the next kills meet another one.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from made_class import ASSIGNMENT, copied_course, write_class

from autograder.authoring.course import Course

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
        whole = copied_course(Path(work) / "whole")
        folder = write_class(Path(work) / "class", whole, whole.load(ASSIGNMENT), asked.size)
        begun = time.monotonic()
        run(whole, folder)
        seconds = time.monotonic() - begun
        wanted = outcome(whole)
        print(f"in peace: {asked.size} submissions in {seconds:.1f} s")
        killed, rounds = 0, 0
        while killed < asked.kills:
            rounds += 1
            course = copied_course(Path(work) / f"killed{rounds}")
            graded = 0
            while killed < asked.kills and graded < asked.size and kill(course, folder, rng.uniform(0, seconds)):
                killed += 1
                graded = len(list(course.gradebook.glob("graded/*/*/results.json")))
                print(f"  kill {killed}, class {rounds}: {graded} results are there")
            run(course, folder)
            found = outcome(course)
            assert found == wanted, [name for name in wanted if found.get(name) != wanted[name]]
            assert not drafts(course), drafts(course)
        print(f"killed {killed} times in {rounds} classes, resumed each time: everything equals the run in peace")


def command(course: Course, folder: Path) -> list[str]:
    options = ["--course", str(course.root), "--seed", "kills"]
    return [sys.executable, "-m", "autograder", "class", str(folder), *options]


def run(course: Course, folder: Path) -> None:
    """Grade the class in peace."""
    subprocess.run(command(course, folder), check=True, stdout=subprocess.DEVNULL)


def kill(course: Course, folder: Path, after: float) -> bool:
    """Kill a run after some seconds; False where it was done before."""
    process = subprocess.Popen(command(course, folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        process.wait(after)
        return False
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
    # The end of its standard error is the end of the last process that had it: its fork server and all below.
    process.communicate(timeout=LONGEST)
    return True


if __name__ == "__main__":
    main()
