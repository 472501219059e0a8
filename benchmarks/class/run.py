"""How fast a class is graded, what one more submission costs, and what the coordinator holds in memory.

    python benchmarks/class/run.py [N …] [--jobs J]

Default: 10 and 100; 1000 takes a quarter of an hour on two cores. For each N, in a process of its own: submissions a
second, with all that comes before the first and after the last, and while it grades; what one more submission takes of
a core beside the same tests in a plain process (a ratio in one run); and the resident memory of the coordinator, the
process that `autograder class` is, as results come in and as they are recorded.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from made_class import ASSIGNMENT, REPOSITORY, copied_course, write_class

from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.classroom.layouts import find_submissions
from autograder.classroom.record import grade_and_record


@dataclass(frozen=True)
class Measured:
    """A class that was graded.

    Attributes:
        size: submissions.
        each: seconds between results, a submission, times the processes side by side.
        grading: seconds from the first to the last result.
        whole: seconds of all, the start and the recording included.
        memory: (results so far, MiB of the coordinator); the last after all was recorded.
    """

    size: int
    each: float
    grading: float
    whole: float
    memory: list[tuple[int, float]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", metavar="N", type=int, nargs="*", default=[10, 100])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    if min(asked.sizes) < 2:
        parser.error("the pace is measured between results: N must be 2 or more")
    course = Course(REPOSITORY)
    assignment = course.load(ASSIGNMENT)
    plain = {
        "called directly": _plain(course, assignment, by_pytest=False),
        "run by pytest": _plain(course, assignment, by_pytest=True),
    }
    for way, seconds in plain.items():
        print(f"the same tests in a plain process, {way}: {seconds * 1000:.0f} ms a submission")
    measured = []
    for size in asked.sizes:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
            measured.append(fresh.submit(_class, size, asked.jobs, assignment).result())
        _print(measured[-1], plain, asked.jobs)
    if len(measured) > 1:
        first, last = measured[-2], measured[-1]
        print(f"per submission at {last.size} / at {first.size}: {last.each / first.each:.3f}  (target: within 10 %)")


def _plain(course: Course, assignment: Assignment, by_pytest: bool) -> float:
    """Median of some rounds, in a process of its own: it imports torch, which the coordinator does not."""
    import json
    import subprocess
    import sys

    code = (
        "import json, sys, torch; sys.path[:0] = sys.argv[1:]; torch.set_num_threads(1); import warm_cost as w; "
        "from autograder.authoring.course import Course; from pathlib import Path; "
        f"c = Course(Path(sys.argv[1])); print(json.dumps(w.plain(c, c.load({ASSIGNMENT!r}), {by_pytest})[0]))"
    )
    command = [sys.executable, "-c", code, str(REPOSITORY), str(REPOSITORY / "benchmarks")]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    return statistics.median(json.loads(done.stdout.splitlines()[-1]))


def _class(size: int, jobs: int, assignment: Assignment) -> Measured:
    with tempfile.TemporaryDirectory() as work:
        course = copied_course(Path(work) / "course")
        folder = write_class(Path(work) / "class", course, assignment, size)
        found = find_submissions(folder, ASSIGNMENT).submissions
        ends: list[float] = []
        memory = [(0, _resident())]

        def on_result(*_: object) -> None:
            ends.append(time.perf_counter())
            if len(ends) in (1, size) or len(ends) % max(1, size // 10) == 0:
                memory.append((len(ends), _resident()))

        begun = time.perf_counter()
        made = grade_and_record(course, assignment, found, processes=jobs, seed="benchmark", on_result=on_result)
        whole = time.perf_counter() - begun
        memory.append((size, _resident()))
        faults = sum(bool(entry.results["extra_data"]["fault"]) for entry in made.graded)
        full = sum(entry.results["score"] == assignment.points for entry in made.graded)
        assert not faults, f"{faults} faults of the grader"
        assert full >= size // 2, f"only {full} of {size} have full marks: half of the class is right"
    grading = ends[-1] - ends[0]
    # The first results come together, as many as run side by side: what follows is the steady pace.
    return Measured(size, grading / max(1, size - 1) * min(jobs, os.cpu_count() or 1), grading, whole, memory)


def _resident() -> float:
    """MiB of this process now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / (1 << 20)


def _print(found: Measured, plain: Mapping[str, float], jobs: int) -> None:
    graded = [mib for _, mib in found.memory[1:-1]]
    print(f"\nN = {found.size}, {jobs} side by side: {found.whole:.1f} s in all, {found.grading:.1f} s of them grading")
    print(f"  {found.size / found.whole:7.2f} submissions a second, the start, the gradebook and the report included")
    print(f"  {(found.size - 1) / found.grading:7.2f} submissions a second between the first result and the last")
    print(f"  {found.each * 1000:7.0f} ms of a core for one more submission, half of which are wrong and diagnosed")
    for way, seconds in plain.items():
        print(
            f"  {found.each / seconds:7.2f} times the same tests in a plain process, {way} (target for right work: 1.5)"
        )
    steps = ", ".join(f"{count}: {mib:.0f}" for count, mib in found.memory[:-1])
    print(f"  coordinator, MiB by results so far: {steps}; recorded: {found.memory[-1][1]:.0f}")
    print(f"  it grew by {graded[-1] - graded[0]:.1f} MiB from the first to the last result (target: under 50)")


if __name__ == "__main__":
    main()
