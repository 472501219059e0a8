"""Starts the rehearsal in a process of its own, waits for it, and reads what it found. Imports nothing heavy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.authoring.assignment import Assignment, Step
from autograder.authoring.cells import Module

NOW = ".now"
SECONDS = 120.0  # for all tests together, the start of Python and torch included
_ERROR_SHOWN = 200


@dataclass(frozen=True)
class Tryout:
    """What running the public tests has found.

    Attributes:
        printed: (step, call, first line) of what was printed.
        crashes: module file to why its import failed, and the line in the module, 0 where it is not known.
        steps: step to how many of its tests passed, were left open, and ran.
        stuck: (step, call) that did not end, or that ended Python; both empty where there was none.
        problem: why not all tests were run; empty where they were.
    """

    printed: tuple[tuple[str, str, str], ...] = ()
    crashes: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    stuck: tuple[str, str] = ("", "")
    problem: str = ""


def try_out(
    folder: Path, modules: Mapping[str, str], steps: Sequence[str], call_seconds: float, seconds: float = SECONDS
) -> Tryout:
    """Run the public tests of some steps on modules, in a process of its own.

    Args:
        folder: the release folder; its own `autograder/` and `tests/` are used.
        modules: module file to source text.
        steps: ids of the steps to run.
        call_seconds: what one call may take when it is graded.
        seconds: how long to wait for all of it.
    """
    with tempfile.TemporaryDirectory(prefix="tryout-", ignore_cleanup_errors=True) as work:
        plan, out, log = (Path(work) / name for name in ("plan.json", "report.json", "log.txt"))
        plan.write_text(
            json.dumps({"folder": str(folder.resolve()), "modules": dict(modules), "steps": list(steps)}),
            encoding="utf-8",
        )
        ours = {"PYTHONPATH": str(folder.resolve()), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        with log.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "autograder.student.rehearsal", str(plan), str(out)],
                cwd=folder,
                env=os.environ | ours,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
            try:
                process.wait(seconds)
                ended = True
            except subprocess.TimeoutExpired:
                ended = False
            finally:
                process.kill()
                process.wait()
        return _read(out, log, ended, call_seconds, seconds)


def _read(out: Path, log: Path, ended: bool, call_seconds: float, seconds: float) -> Tryout:
    """Make the result of what the process has left behind, finished or not."""
    report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8")) if out.is_file() else {}
    now = out.with_name(out.name + NOW)
    step, _, call = now.read_text(encoding="utf-8").partition("\n") if now.is_file() else ("", "", "")
    stuck, problem = ("", ""), str(report.get("problem", ""))
    if not report.get("done"):
        if ended and not call:
            lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            problem = f"the public tests could not be run: {(lines or ['Python ended'])[-1][:_ERROR_SHOWN]}"
        elif ended:
            stuck, problem = (step, call), f"{call} ended the whole Python process in {step}"
        elif call and time.time() - now.stat().st_mtime >= min(call_seconds, seconds / 2):
            stuck = (step, call)
            problem = (
                f"{call} did not end in {step}: a call may take {call_seconds:g} seconds when it is graded, "
                f"and the steps after it were not tried"
            )
        else:
            problem = f"the public tests did not end within {seconds:g} seconds" + (f"; last in {step}" if step else "")
    return Tryout(
        printed=tuple((str(where), str(call), str(line)) for where, call, line in report.get("printed", ())),
        crashes={path: (str(text), int(line)) for path, (text, line) in report.get("crashes", {}).items()},
        steps=report.get("steps", {}),
        stuck=stuck,
        problem=problem,
    )


def judge(
    assignment: Assignment, modules: Mapping[str, Module], found: Tryout, still_open: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Say what the tests have found: what would cost points by a rule, and what a student should know.

    Args:
        assignment: the assignment.
        modules: the modules as they will be graded.
        found: what running the tests has found.
        still_open: ids of steps that are known to be undone; their failed tests need no word.
    """
    costs, warnings = _printing(assignment, found)
    crashed: set[str] = set()
    for path, (text, line) in found.crashes.items():
        steps = [step for step in assignment.steps if step.module == path]
        crashed |= {step.id for step in steps}
        place = f"{modules[path].locate(line)}: " if line else ""
        price = _price(steps) if assignment.must_run == "step" else _ALL
        costs.append(f"{place}{path} cannot be imported: {text} [{price}]")
    if found.stuck[0]:
        costs.append(f"{found.problem} [{_price([assignment.step(found.stuck[0])])}]")
    elif found.problem:
        warnings.append(f"{found.problem}; what only a run can show was not looked for")
    for step, counts in found.steps.items():
        wrong = counts["total"] - counts["passed"]
        if wrong and step not in crashed and step not in still_open:
            checks = f"{counts['total']} public check{'s' * (counts['total'] > 1)}"
            warnings.append(f"{step}: {wrong} of {checks} fail{'s' * (wrong == 1)}; run its check in the notebook")
    return costs, warnings


_ALL = "this would score 0 in the programming part"


def _printing(assignment: Assignment, found: Tryout) -> tuple[list[str], list[str]]:
    """Say what was printed, once for each call, and what that costs under the assignment's policy."""
    costs, warnings = [], []
    first: dict[str, tuple[str, str]] = {}
    for step, call, line in found.printed:
        first.setdefault(call, (step, line))
    for call, (step, line) in first.items():
        text = f"“{line.strip()[:60]}”" if line.strip() else "an empty line"
        said = f"{call} printed {text} in {step}"
        if assignment.silence == "warn":
            warnings.append(f"{said}; it costs nothing here, but take it out")
        elif assignment.silence == "zero":
            costs.append(f"{said}: graded code must print nothing, {_ALL}")
        else:
            path = call.removeprefix("import of ")  # printing at import concerns every step of the file
            noisy = {where for where, spoken, _ in found.printed if spoken == call}
            steps = [each for each in assignment.steps if each.id in noisy or each.module == path]
            costs.append(f"{said}: graded code must print nothing [{_price(steps)}]")
    return costs, warnings


def _price(steps: Sequence[Step]) -> str:
    return f"{', '.join(step.id for step in steps)}: {sum(step.points for step in steps):g} points"


def write_whole(path: Path, text: str) -> None:
    """Write a file in one step: who reads it meanwhile sees the old text or the new."""
    work = path.with_name(f"{path.name}.new")
    work.write_text(text, encoding="utf-8")
    work.replace(path)
