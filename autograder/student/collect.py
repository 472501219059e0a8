"""Collects a submission: reads the saved notebooks, says what would cost points, writes submission.zip.

Started by `python collect_submission.py` in the folder of a release. It runs none of the student's code in its
own process: the public tests run in another one (`tryout.py`).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.authoring import archive, staging
from autograder.authoring.assignment import Assignment, AssignmentError, load
from autograder.authoring.cells import Module
from autograder.isolation.opening.finding import same_code
from autograder.isolation.opening.merging import merge
from autograder.isolation.submission import Submission, SubmissionError, open_submission
from autograder.judging.rules import steps_lost, violations
from autograder.judging.translations import TRANSLATIONS, TranslationsError, read_translations, sentences
from autograder.student.tryout import SECONDS, judge, try_out
from autograder.student.unfinished import open_steps

OK, REFUSED = 0, 1  # argparse exits with 2 when the command line is wrong
SUBMISSION = "submission.zip"
LARGE = 10_000_000  # bytes


@dataclass
class Findings:
    """What there is to say before a zip is made.

    Attributes:
        costs: what would cost points by a rule, or all of them; each needs a yes.
        warnings: what a student should know and may well mean.
        modules: the modules as they will be graded.
        files: what goes into the zip.
        stale: module files that were changed after their notebook; they are kept under another name.
    """

    costs: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    modules: dict[str, Module] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)


def main(argv: Sequence[str] | None = None, folder: Path | None = None) -> int:
    """Run the command and return its exit status: 0 made, 1 refused; 2 for a wrong command line.

    Args:
        argv: the arguments; by default those of the process.
        folder: the release folder; by default the one we are in.
    """
    parser = argparse.ArgumentParser(
        prog="collect_submission.py", description="Checks the saved notebooks and packs them into submission.zip."
    )
    parser.add_argument("--yes", action="store_true", help="make the zip without asking, whatever it would cost")
    options = parser.parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that cannot show a character shows `?`
    try:
        return collect(folder or Path.cwd(), yes=options.yes)
    except (AssignmentError, SubmissionError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'a file'}: {error.strerror or error}; close other programs", file=sys.stderr)
    return REFUSED


def collect(folder: Path, *, yes: bool = False, seconds: float = SECONDS) -> int:
    """Check the work in a release folder, ask where it would cost points, and write submission.zip.

    Args:
        folder: the release folder.
        yes: make the zip whatever it would cost.
        seconds: how long the public tests may run.
    """
    assignment = load(folder)
    findings = look(assignment, folder, seconds)
    for warning in findings.warnings:
        print(f"Note: {warning}")
    for cost in findings.costs:
        print(f"COSTS POINTS: {cost}")
    if findings.costs and not yes:
        if not sys.stdin.isatty():
            count = f"{len(findings.costs)} thing{'s' * (len(findings.costs) > 1)}"
            print(f"No {SUBMISSION} made: {count} above would cost points; repair, or add --yes", file=sys.stderr)
            return REFUSED
        if not _agreed():
            print(f"No {SUBMISSION} made. Repair what is listed above and save the notebooks, then run this again.")
            return REFUSED
    _write_modules(folder, findings)
    staging.write_file(folder / SUBMISSION, archive.zip_bytes(findings.files))
    _say_what_went_in(folder, findings)
    return OK


def look(assignment: Assignment, folder: Path, seconds: float = SECONDS) -> Findings:
    """Find out what a submission made now would hold and what it would cost; nothing is written.

    Args:
        assignment: the assignment.
        folder: the release folder.
        seconds: how long the public tests may run.

    Raises:
        SubmissionError: there is nothing to submit, or a file is too large to be graded.
    """
    findings = Findings()
    notebooks = {name: (folder / name).read_bytes() for name in assignment.notebooks if (folder / name).is_file()}
    on_disk = {path: (folder / path).read_bytes() for path in assignment.modules() if (folder / path).is_file()}
    if not notebooks and not on_disk:
        raise SubmissionError(f"nothing to submit: {folder} has none of {', '.join(assignment.notebooks)}")
    for name in assignment.notebooks:
        if name not in notebooks:
            findings.warnings.append(f"{name} is not in this folder; its steps count from models/, or not at all")
        elif len(notebooks[name]) > LARGE:
            size = len(notebooks[name]) / 1e6
            findings.warnings.append(f"{name} has {size:.0f} MB; clear outputs that nobody needs if uploading fails")

    submission = _read(notebooks | on_disk)
    submission.files.clear()  # which of them count is found out below
    findings.costs += [
        f"{name} cannot be read; open it in JupyterLab, save it, and run this again"
        for name in notebooks
        if name not in submission.notebooks
    ]
    homes = {path: {cell.notebook for cell in assignment.cells if cell.module == path} for path in on_disk}
    counting = _files_that_count(assignment, submission, on_disk, homes)
    submission = _read(notebooks | counting)
    findings.modules, notes = merge(assignment, submission)
    findings.files = notebooks | {path: module.source.encode("utf-8") for path, module in findings.modules.items()}
    findings.warnings += [*submission.notes, *notes]
    _take_translations(assignment, folder, findings)
    for path in on_disk.keys() & findings.modules.keys() - counting.keys():
        if _is_stale(folder, path, homes[path], findings.modules[path]):
            findings.stale.append(path)
            findings.warnings.append(
                f"{path} is newer than {', '.join(sorted(homes[path]))} and differs from it: the notebook counts, so "
                f"copy your change into it; the file is kept as {path}.old"
            )
    _judge(assignment, folder, findings, seconds)
    return findings


def _take_translations(assignment: Assignment, folder: Path, findings: Findings) -> None:
    """Take what is meant for the leaderboard along, if it is there and as it should be."""
    sources, path = folder / assignment.leaderboard.sources, folder / TRANSLATIONS
    if not assignment.leaderboard.sources or not sources.is_file() or not path.is_file():
        return
    try:
        data = path.read_bytes()
        read_translations(data, len(sentences(sources.read_text(encoding="utf-8"))))
    except TranslationsError as error:
        findings.warnings.append(f"{TRANSLATIONS} {error}; it stays here, and costs no points")
    else:
        findings.files[TRANSLATIONS] = data


def _read(files: Mapping[str, bytes]) -> Submission:
    """Read the files the way the grader reads a submission."""
    if not files:
        return Submission()
    with tempfile.TemporaryDirectory(prefix="collect-") as work:
        path = Path(work) / SUBMISSION
        path.write_bytes(archive.zip_bytes(files))
        try:
            return open_submission(path)
        except SubmissionError as error:
            reason = str(error).removeprefix(f"in {SUBMISSION}, ")
            raise SubmissionError(f"no {SUBMISSION} made: {reason}") from None


def _files_that_count(
    assignment: Assignment, submission: Submission, on_disk: Mapping[str, bytes], homes: Mapping[str, set[str]]
) -> dict[str, bytes]:
    """Choose the module files that count: where a notebook is missing, or its cells are as they were handed out.

    All others were written by an earlier run of this program, and the notebooks have newer work.
    """
    released = assignment.modules()
    modules, _ = merge(assignment, submission)
    return {
        path: data
        for path, data in on_disk.items()
        if path not in modules
        or homes[path] - set(submission.notebooks)
        or same_code(modules[path].source, released[path])
    }


def _judge(assignment: Assignment, folder: Path, findings: Findings, seconds: float) -> None:
    """Add what breaks a rule, what is still to do, whether anything is left to score, and what a run shows."""
    everything = {step.id for step in assignment.steps}
    lost: set[str] = set()
    for violation in violations(assignment, findings.modules):
        steps = steps_lost(assignment, violation)
        lost |= set(steps)
        points = sum(step.points for step in assignment.steps if step.id in steps)
        findings.costs.append(f"{violation.message} [{', '.join(steps)}: {points:g} points]")
        if assignment.must_run == "zero" and violation.rule in ("syntax", "import"):
            lost = everything
    still_open = [step for step in open_steps(assignment, findings.modules) if step.id not in lost]
    findings.warnings += [f"{step.id} is still to do ({step.notebook}, {step.points:g} points)" for step in still_open]
    untouched = {step.id for step in still_open}
    if lost | untouched >= everything:
        findings.costs.append("as it is, this would score 0 in the programming part; did you save the notebooks?")
        return
    # Steps that are still to do run as well: what they print counts all the same.
    print(f"Running the public tests on what was saved (a minute or less, at most {seconds:g} seconds) …", flush=True)
    sources = {path: module.source for path, module in findings.modules.items()}
    wanted = [step.id for step in assignment.steps if step.id not in lost]
    found = try_out(folder, sources, wanted, assignment.limits.call_seconds, seconds)
    costs, warnings = judge(assignment, findings.modules, found, sorted(untouched))
    findings.costs += costs
    findings.warnings += warnings


def _is_stale(folder: Path, path: str, homes: set[str], module: Module) -> bool:
    """Did someone change a module's file after its notebooks were saved?"""
    if (folder / path).read_text(encoding="utf-8", errors="replace").split() == module.source.split():
        return False
    return (folder / path).stat().st_mtime > max((folder / home).stat().st_mtime for home in homes)


def _agreed() -> bool:
    try:
        return input("Make it all the same? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _write_modules(folder: Path, findings: Findings) -> None:
    """Write the modules as they will be graded, and keep a file that holds work of its own."""
    for name, module in findings.modules.items():
        path = folder / name
        if name in findings.stale:
            path.replace(path.with_name(f"{path.name}.old"))
        staging.write_file(path, module.source.encode("utf-8"))


def _say_what_went_in(folder: Path, findings: Findings) -> None:
    print(f"{SUBMISSION} made, {(folder / SUBMISSION).stat().st_size / 1e3:.0f} kB:")
    for name in sorted(findings.files):
        saved = ""
        if name not in findings.modules:
            moment = datetime.fromtimestamp((folder / name).stat().st_mtime)
            saved = f"  (saved {moment:%Y-%m-%d %H:%M})"
        print(f"  {name}{saved}")
    print("Only what was saved is in it. Upload this file.")
