"""The command line: `autograder` or `python -m autograder`."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Auto-graded PyTorch exercises: one notebook in, verdicts out.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

CourseOption = Annotated[
    Path | None,
    typer.Option("--course", help="The course's folder; found from the current folder upwards if not given."),
]
AssignmentOption = Annotated[
    str | None, typer.Option("--assignment", "-a", help="The assignment; may be left out where there is only one.")
]


@app.callback()
def options() -> None:
    """Auto-graded PyTorch exercises: one notebook in, verdicts out."""


@app.command()
def grade(
    submission: Annotated[Path, typer.Argument(help="A zip or a folder: notebooks, or models/**/*.py.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for results.json and feedback.html.")] = Path(
        "graded"
    ),
    course: CourseOption = None,
    assignment: AssignmentOption = None,
    seed: Annotated[str | None, typer.Option(help="Reproduce a verdict with the seed of its results.json.")] = None,
) -> None:
    """Grade one submission; exit status 0 whenever a verdict was written."""
    from autograder.authoring.course import find_course, pick_assignment
    from autograder.console import print_verdict
    from autograder.judging.grade import GradingError, Job
    from autograder.judging.grade import grade as grade_all

    if not submission.exists():
        raise UsageProblem(f"{submission} does not exist; name a zip or a folder")
    if out.exists() and not out.is_dir():
        raise UsageProblem(f"{out} is no folder; name one with --out")
    where = find_course(course or Path.cwd())
    chosen = pick_assignment(where, assignment)
    try:
        results = grade_all(where, chosen.name, [Job(submission, out)], seed=seed)[0]
    except GradingError as error:
        from autograder.judging.results import RESULTS, fault_results, write_json

        with contextlib.suppress(OSError):
            write_json(out / RESULTS, fault_results(chosen, str(error), seed or ""))
        raise
    print_verdict(chosen, submission, out, results)
    if results["extra_data"]["fault"]:
        raise CheckProblem(f"the grader itself failed: {results['extra_data']['fault']}")


@app.command()
def explain(
    submission: Annotated[Path, typer.Argument(help="A zip or a folder: notebooks, or models/**/*.py.")],
    step: Annotated[str, typer.Option("--step", "-s", help="The step to run again.")],
    course: CourseOption = None,
    assignment: AssignmentOption = None,
    seed: Annotated[str | None, typer.Option(help="The seed of the results.json in question.")] = None,
) -> None:
    """Run one step again and show everything: inputs, expected, got, the student's frames. For instructors only."""
    import json
    import tempfile

    from autograder.authoring.course import find_course, pick_assignment
    from autograder.console import console, printable
    from autograder.judging.explanation import EXPLANATION, report
    from autograder.judging.grade import Job
    from autograder.judging.grade import grade as grade_all

    if not submission.exists():
        raise UsageProblem(f"{submission} does not exist; name a zip or a folder")
    where = find_course(course or Path.cwd())
    chosen = pick_assignment(where, assignment)
    if step not in [entry.id for entry in chosen.steps]:
        raise UsageProblem(f"{chosen.name} has no step {step!r}; it has {', '.join(s.id for s in chosen.steps)}")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        results = grade_all(where, chosen.name, [Job(submission, out)], seed=seed, explain=step)[0]
        if results["extra_data"]["fault"]:
            raise CheckProblem(f"the grader itself failed: {results['extra_data']['fault']}")
        for line in report(json.loads((out / EXPLANATION).read_text(encoding="utf-8"))):
            console.print(printable(line), markup=False, soft_wrap=True)


@app.command()
def mistakes(
    name: Annotated[str | None, typer.Argument(metavar="[ASSIGNMENT]")] = None,
    course: CourseOption = None,
    jobs: Annotated[int, typer.Option(help="Mistakes that run side by side; default: the number of cores.")] = 0,
) -> None:
    """Run every catalogued mistake: each must cost its steps alone, and be named."""
    from autograder.authoring.course import find_course, pick_assignment
    from autograder.authoring.staging import write_file
    from autograder.console import Counter, console, print_matrix, shown_path
    from autograder.judging.matrix import failures, failures_file, make_matrix

    where = find_course(course or Path.cwd())
    chosen = pick_assignment(where, name)
    with Counter("Mistakes") as counter:
        rows = make_matrix(where, chosen.name, jobs or os.cpu_count() or 1, counter.show)
    print_matrix(chosen, rows)
    path = failures_file(where, chosen.name)
    write_file(path, failures(rows).encode("utf-8"))
    console.print(f"[dim]→[/] {shown_path(path)}", soft_wrap=True)
    wrong = sum(bool(row.problem) for row in rows)
    if wrong:
        raise CheckProblem(f"{wrong} of {len(rows)} mistakes are not caught, not named, or cost other steps")


@app.command()
def release(
    name: Annotated[str | None, typer.Argument(metavar="[ASSIGNMENT]")] = None, course: CourseOption = None
) -> None:
    """Build the student release and both zips, then prove them."""
    from autograder.authoring.bundle import build_bundle
    from autograder.authoring.course import find_course, pick_assignment
    from autograder.authoring.prove import prove
    from autograder.authoring.release import build_release
    from autograder.console import console, shown_path
    from autograder.judging.grade import class_seed

    where = find_course(course or Path.cwd())
    chosen = pick_assignment(where, name)
    with console.status(f"Building the release of {chosen.name} …"):
        report = build_release(where, chosen.name)
        bundle = build_bundle(where, chosen.name, seed=class_seed(where))
    with console.status("Proving it: grading the answer key and the untouched release …"):
        lines = prove(where, chosen.name)
    for line in lines:
        console.print(f"[green]✓[/] {line}", soft_wrap=True)
    for path in (report.folder, report.archive, bundle):
        console.print(f"[dim]→[/] {shown_path(path)}", soft_wrap=True)


@app.command()
def solutions(
    name: Annotated[str | None, typer.Argument(metavar="[ASSIGNMENT]")] = None,
    course: CourseOption = None,
    execute: Annotated[bool, typer.Option(help="Execute the solved notebooks and render them to HTML.")] = True,
) -> None:
    """Build the answer key: the modules, and the solved notebooks executed to HTML."""
    from autograder.authoring.answer_key import execute_solutions, write_solutions
    from autograder.authoring.course import find_course, pick_assignment
    from autograder.console import console, shown_path

    where = find_course(course or Path.cwd())
    chosen = pick_assignment(where, name)
    written = write_solutions(where, chosen.name)
    if execute:
        with console.status("Executing the solved notebooks …") as status:
            written += execute_solutions(
                where, chosen.name, lambda book, cell, of: status.update(f"Executing {book}: cell {cell} of {of}")
            )
    for path in written:
        console.print(f"[dim]→[/] {shown_path(path)}", soft_wrap=True)


@app.command("class")
def grade_folder(
    folder: Annotated[Path, typer.Argument(help="A folder with a zip or a subfolder for each student.")],
    course: CourseOption = None,
    assignment: AssignmentOption = None,
    jobs: Annotated[int, typer.Option(help="Submissions graded side by side; default: the number of cores.")] = 0,
    seed: Annotated[str | None, typer.Option(help="Use another seed than the class's own.")] = None,
) -> None:
    """Grade a folder of submissions and record them in the gradebook."""
    from autograder.authoring.course import find_course, pick_assignment
    from autograder.classroom.batch import find_submissions
    from autograder.classroom.record import grade_and_record
    from autograder.console import ClassProgress, print_class

    where = find_course(course or Path.cwd())
    chosen = pick_assignment(where, assignment)
    submissions = find_submissions(folder)
    with ClassProgress(len(submissions)) as progress:
        made = grade_and_record(
            where, chosen, submissions, processes=jobs or os.cpu_count() or 1, seed=seed, on_result=progress.advance
        )
    print_class(chosen, made)


class UsageProblem(Exception):
    """The command was called wrongly: exit status 2."""


class CheckProblem(Exception):
    """What was asked for has failed: exit status 1."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every expected problem ends in one clear line on standard error."""
    try:
        app(arguments, standalone_mode=True)
    except SystemExit:
        raise
    except KeyboardInterrupt:
        _stop(["stopped"], 130)
    except Exception as error:
        _stop(_lines(error), 2 if _is_usage(error) else 1)


def _is_usage(error: Exception) -> bool:
    from autograder.authoring.assignment import AssignmentError
    from autograder.authoring.shipping import ReleaseError
    from autograder.classroom.batch import FolderError

    return isinstance(error, (UsageProblem, AssignmentError, FolderError)) and not isinstance(error, ReleaseError)


def _lines(error: Exception) -> list[str]:
    """What to tell about an expected problem: one line each; of anything else, its type as well."""
    problems = getattr(error, "problems", None)
    if problems:
        return [" ".join(str(problem).split()) for problem in problems]
    text = " ".join(str(error).split())
    known = (UsageProblem, CheckProblem, ValueError, RuntimeError, OSError)
    return [text if isinstance(error, known) and text else f"{type(error).__name__}: {text}"]


def _stop(messages: list[str], status: int) -> None:
    for message in messages:
        print(f"autograder: {message}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
