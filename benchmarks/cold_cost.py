"""What one cold grading costs on Gradescope, from the start of `run_autograder` to results.json: ratios in one run.

    python benchmarks/cold_cost.py [ASSIGNMENT] [--rounds N] [--otter] [--venv FOLDER]

Plain: a process that imports torch, collects the same tests with pytest, and calls the reference directly. Graded: the
built zip, laid out as on Gradescope, with this environment for what setup.sh installs. The two take turns; the first of
each is left out, as setup.sh grades once when the image is built.

With --otter, `otter run` grades an LSTM with five tests (class/five_tests.py), and our zip of the same five tests does:
the same checks of the same answer. A third one, for comparison, is our zip of the assignment's own LSTM notebook, with
all its tests. otter-grader is installed at a fixed version into an environment of its own
(attacks/requirements.txt), unless --venv names one that is there.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from autograder.authoring.answer_key import solved_modules
from autograder.authoring.archive import read_zip, write_folder
from autograder.authoring.assignment import Assignment
from autograder.authoring.bundle import build_bundle
from autograder.authoring.course import Course, pick_assignment
from autograder.judging.grade import class_seed

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE / "class"), str(HERE / "attacks")]
Seconds = tuple[float, float]  # of the clock, of CPU
TITLES = {
    "plain": "plain process, same tests",
    "graded": "run_autograder",
    "five": "run_autograder, five LSTM tests",
    "otter": "otter run, the same five tests",
    "lstm": "run_autograder, LSTM notebook",
}
_PLAIN = """
import sys
from pathlib import Path
import torch
torch.set_num_threads(1)
sys.path.insert(0, {benchmarks!r})
import warm_cost
from autograder.authoring.course import Course
warm_cost.ROUNDS = 0
course = Course(Path({course!r}))
warm_cost.plain(course, course.load({name!r}))
"""


def main() -> None:
    """Print the medians and their ratios."""
    parser = argparse.ArgumentParser(description="What a cold grading costs.")
    parser.add_argument("assignment", nargs="?")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--otter", action="store_true")
    parser.add_argument("--venv", type=Path, default=HERE.parent / ".venv/attack-peers", help="where otter-grader is")
    options = parser.parse_args()
    course = Course(HERE.parent)
    assignment = pick_assignment(course, options.assignment)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        grade = graded(course, assignment, folder / "autograder")
        ways = {"plain": plain(course, assignment), "graded": grade}
        if options.otter:
            import five_tests

            for way, made in (
                ("five", five_tests.course(folder / "five-course")),
                ("lstm", lstm_course(course, folder / "lstm-course")),
            ):
                ways[way] = graded(made, made.load("lstm"), folder / way)
            ways["otter"] = otter(folder / "otter", options.venv.resolve())
        seconds = measure(ways, options.rounds)
    print(f"{assignment.name}: medians of {options.rounds} cold runs, in seconds of the clock and of CPU")
    for name, found in seconds.items():
        print(f"  {TITLES[name]:32}{_median(found, 0):8.2f}{_median(found, 1):8.2f}")
    _ratio("run_autograder / plain", seconds["graded"], seconds["plain"], 1.5)
    if "otter" in seconds:
        _ratio("five tests / otter run", seconds["five"], seconds["otter"], 0.33)
        _ratio("LSTM notebook / otter run", seconds["lstm"], seconds["otter"])


def _ratio(name: str, one: Sequence[Seconds], other: Sequence[Seconds], target: float | None = None) -> None:
    ratios = [_median(one, clock) / _median(other, clock) for clock in (0, 1)]
    told = f"    (target: at most {target:g})" if target else ""
    print(f"  {name:32}{ratios[0]:8.2f}{ratios[1]:8.2f}{told}")


def _median(found: Sequence[Seconds], clock: int) -> float:
    return statistics.median(seconds[clock] for seconds in found)


def measure(ways: Mapping[str, Callable[[], None]], rounds: int) -> dict[str, list[Seconds]]:
    """Seconds of each round, the ways taking turns; the first round is left out."""
    seconds: dict[str, list[Seconds]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, run in ways.items():
            started = _now()
            run()
            if turn:
                clock, cpu = (later - earlier for later, earlier in zip(_now(), started, strict=True))
                seconds[name].append((clock, cpu))
    return seconds


def _now() -> Seconds:
    """The clock, and the CPU time of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), used.ru_utime + used.ru_stime


def plain(course: Course, assignment: Assignment) -> Callable[[], None]:
    """A process that runs the tests on the reference."""
    code = _PLAIN.format(benchmarks=str(HERE), course=str(course.root), name=assignment.name)
    return lambda: _run([sys.executable, "-c", code])


def graded(course: Course, assignment: Assignment, root: Path) -> Callable[[], None]:
    """A run of the zip's own program on the reference."""
    bundle = build_bundle(course, assignment.name, seed=class_seed(course))
    write_folder(root / "source", read_zip(bundle.read_bytes()))
    write_folder(root / "submission", solved_modules(course, assignment))
    (root / "venv").symlink_to(sys.prefix)
    environment = os.environ | {"AUTOGRADER_ROOT": str(root)}

    def run() -> None:
        _run(["bash", str(root / "source/run_autograder")], environment, cwd=root)
        results = json.loads((root / "results/results.json").read_text(encoding="utf-8"))
        if results["score"] < assignment.points:
            sys.exit(f"the reference gets {results['score']} points: {results['extra_data']['fault']}")

    return run


def lstm_course(course: Course, root: Path) -> Course:
    """A course with the LSTM's notebook alone, and all tests of it."""
    made, name = Course(root), "machine_translation"
    settings = {"assignment.toml": b'title = "LSTM"\n[imports]\nallowed = ["math", "torch", "torch.nn"]\n'}
    write_folder(made.source("lstm"), settings)
    shutil.copy(course.source(name) / "1_lstm.ipynb", made.source("lstm"))
    for kind in ("public", "hidden"):
        tests = course.tests(kind, name)
        wanted = ["test_lstm"]
        for module in wanted:  # and what it imports of its own neighbours, and they of theirs
            text = (tests / f"{module}.py").read_text(encoding="utf-8")
            named = re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE)
            wanted += [one for one in named if (tests / f"{one}.py").is_file() and one not in wanted]
        files = {f"{module}.py": (tests / f"{module}.py").read_bytes() for module in wanted}
        write_folder(made.tests(kind, "lstm"), files)
    return made


def otter(folder: Path, venv: Path) -> Callable[[], None]:
    """`otter run` on a right answer to an LSTM with five tests."""
    import five_tests
    from installation import install

    folder.mkdir()
    python = str(install(venv))
    # Its kernel and its own programs are looked up there.
    environment = os.environ | {"PATH": f"{Path(python).parent}:{os.environ['PATH']}"}
    (folder / "lstm.ipynb").write_text(five_tests.otter_master(), encoding="utf-8")
    _run([python, "-m", "otter", "assign", "lstm.ipynb", "built", "--no-run-tests"], environment, cwd=folder)
    made = next((folder / "built/autograder").glob("*-autograder_*.zip"))
    student = (folder / "built/student/lstm.ipynb").read_text(encoding="utf-8")
    (folder / "submission.ipynb").write_text(five_tests.answered(student), encoding="utf-8")
    words = [python, "-m", "otter", "run", "-a", str(made), "-o", str(folder), "--no-logo", "submission.ipynb"]

    def run() -> None:
        (folder / "results.json").unlink(missing_ok=True)
        _run(words, environment, cwd=folder)
        five_tests.require_otter(folder / "results.json")

    return run


def _run(words: Sequence[str], environment: Mapping[str, str] | None = None, cwd: Path | None = None) -> None:
    # Each may keep compiled modules, as it would anywhere else.
    environment = {k: v for k, v in (environment or os.environ).items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(words, env=environment, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(words[:4])} … failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


if __name__ == "__main__":
    main()
