"""One class with otter-grader, with nbgrader and with us, on the same five LSTM tests: ratios in one run.

    python benchmarks/class/peers.py [--size 10] [--venv FOLDER]

Each grades the same answer, once for each student, one after another as it does by itself: `otter run` is called for
each notebook, `nbgrader autograde` once for all. Ours is the whole of `autograder class` for such an assignment, the
gradebook and the report included, at its usual number of processes; then the same with the whole suite of
`machine_translation`. Of ours a class four times as large is graded, too, with the five tests one twenty times as
large, of the others one submission alone: the difference is what one more submission takes, without the seconds in
which torch, the tests and nbgrader are loaded once for all. Each first run is also the one in which files come into
the disk's cache.

The others are installed at fixed versions into an environment of their own (benchmarks/attacks/requirements.txt),
unless --venv names one that is there.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import five_tests
from made_class import ASSIGNMENT, REPOSITORY, copied_course, write_class

from autograder.authoring.course import Course

sys.path.insert(0, str(REPOSITORY / "benchmarks/attacks"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10)
    parser.add_argument(
        "--venv", type=Path, default=REPOSITORY / ".venv/attack-peers", help="where peers are installed"
    )
    asked = parser.parse_args()
    if asked.size < 2:
        parser.error("--size must be 2 or more: one more is the difference between two classes")
    python = asked.venv.resolve() / "bin/python"
    if not python.exists():
        from installation import install

        python = install(asked.venv.resolve())
    theirs = {}
    for name, way in {"otter run": otter, "nbgrader autograde": nbgrader}.items():
        theirs[name] = cost = Cost.of(way, (1, asked.size), python)
        print(f"{name:33} {asked.size} in {cost.larger:6.1f} s; {cost.each:6.3f} s for one more")
    # Five small tests take so little that only many submissions of them are more than the noise of two starts.
    for name, way, times in (("the same five tests", ours_five, 20), (f"all of {ASSIGNMENT}", ours_whole, 4)):
        ours = Cost.of(way, (asked.size, times * asked.size), python)
        print(f"{'ours, ' + name:33} {asked.size} in {ours.smaller:6.1f} s; {ours.each:6.3f} s for one more")
        for peer, cost in theirs.items():
            print(
                f"    {peer} takes {cost.larger / ours.smaller:6.1f} times as long for {asked.size}, all included,",
                end="",
            )
            print(f" and {cost.each / ours.each:6.1f} times for one more")


@dataclass(frozen=True)
class Cost:
    """Seconds of one way to grade, for two sizes of a class."""

    sizes: tuple[int, int]
    smaller: float
    larger: float

    @classmethod
    def of(cls, way: Callable[[Path, int, Path], float], sizes: tuple[int, int], python: Path) -> Cost:
        """Measure it."""
        smaller, larger = (measured(way, size, python) for size in sizes)
        return cls(sizes, smaller, larger)

    @property
    def each(self) -> float:
        """Seconds of one more submission."""
        return (self.larger - self.smaller) / (self.sizes[1] - self.sizes[0])


def measured(way: Callable[[Path, int, Path], float], size: int, python: Path) -> float:
    """Seconds of one way to grade a class, in a folder of its own."""
    with tempfile.TemporaryDirectory() as work:
        return way(Path(work), size, python)


def otter(work: Path, size: int, python: Path) -> float:
    """`otter assign` once, not counted; then `otter run` for each."""
    (work / "lstm.ipynb").write_text(five_tests.otter_master(), encoding="utf-8")
    call(python, work, "-m", "otter", "assign", "lstm.ipynb", "built")
    zipped = next((work / "built/autograder").glob("*-autograder_*.zip"))
    student = five_tests.answered((work / "built/student/lstm.ipynb").read_text(encoding="utf-8"))
    begun = time.perf_counter()
    for number in range(size):
        place = work / f"student{number}"
        place.mkdir()
        (place / "lstm.ipynb").write_text(student, encoding="utf-8")
        options = ("--autograder", str(zipped), "--output-dir", str(place), "--no-logo")
        call(python, work, "-m", "otter", "run", *options, str(place / "lstm.ipynb"))
        five_tests.require_otter(place / "results.json")
    return time.perf_counter() - begun


def nbgrader(work: Path, size: int, python: Path) -> float:
    """`nbgrader generate_assignment` once, not counted; then `nbgrader autograde` for all."""
    (work / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.course_id = "lstm"\n', encoding="utf-8"
    )
    (work / "source/lstm").mkdir(parents=True)
    (work / "source/lstm/lstm.ipynb").write_text(five_tests.nbgrader_source(), encoding="utf-8")
    call(python, work, "-m", "nbgrader", "generate_assignment", "lstm")
    student = five_tests.answered((work / "release/lstm/lstm.ipynb").read_text(encoding="utf-8"))
    for number in range(size):
        place = work / f"submitted/student{number}/lstm"
        place.mkdir(parents=True)
        (place / "lstm.ipynb").write_text(student, encoding="utf-8")
    begun = time.perf_counter()
    call(python, work, "-m", "nbgrader", "autograde", "lstm")
    seconds = time.perf_counter() - begun
    five_tests.require_nbgrader(work / "gradebook.db", size)
    return seconds


def ours_five(work: Path, size: int, python: Path) -> float:
    """Our class on the five tests."""
    course = five_tests.course(work / "course")
    (work / "class").mkdir()
    for number in range(size):
        five_tests.hand_in(work / f"class/student{number}.zip")
    return grade(course, work / "class", size, 5)


def ours_whole(work: Path, size: int, python: Path) -> float:
    """Our class on the real assignment, every second one wrong."""
    course = copied_course(work / "course")
    write_class(work / "class", course, course.load(ASSIGNMENT), size)
    return grade(course, work / "class", size, 0)


def grade(course: Course, folder: Path, size: int, least: float) -> float:
    """Seconds of `autograder class`, which must have given each student so many points."""
    begun = time.perf_counter()
    call(Path(sys.executable), REPOSITORY, "-m", "autograder", "class", str(folder), "--course", str(course.root))
    seconds = time.perf_counter() - begun
    rows = (course.gradebook / "grades.csv").read_text(encoding="utf-8").splitlines()[1:]
    scores = [float(row.split(",")[1]) for row in rows]
    assert len(scores) == size, f"{len(scores)} of {size} were graded"
    assert min(scores) >= least, f"a right answer has {min(scores):g} points"
    return seconds


def call(python: Path, folder: Path, *arguments: str) -> None:
    """Run a module of an environment, with its programs on the path: nbgrader calls alembic."""
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "OMP_NUM_THREADS": "1"}
    done = subprocess.run([str(python), *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed: {done.stdout[-1500:]} {done.stderr[-1500:]}")


if __name__ == "__main__":
    main()
