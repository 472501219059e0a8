"""Grading one submission, looking into one step of it, and what a grading on this machine is worth."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer

from autograder.commands.options import AssignmentOption, CheckProblem, CourseOption, SubmissionArgument, UsageProblem


def grade(
    submission: SubmissionArgument,
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


def explain(
    submission: SubmissionArgument,
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


def doctor(
    course: CourseOption = None,
    assignment: AssignmentOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the same as JSON.")] = False,
) -> None:
    """Say how well this machine confines student code, and what a grading here is worth."""
    import json

    from autograder.authoring.assignment import AssignmentError
    from autograder.authoring.course import find_course
    from autograder.console import console
    from autograder.isolation.confinement.doctor import diagnose, show
    from autograder.judging.standing import secret_files

    hidden: list[Path] = []
    layers_off: tuple[str, ...] = ()
    try:
        where = find_course(course or Path.cwd())
    except AssignmentError:
        if course or assignment:
            raise
    else:
        names = [assignment] if assignment else where.assignments()
        hidden = [path for name in names for path in secret_files(where, name)]
        layers_off = tuple({layer: "" for name in names for layer in where.load(name).isolation.off})
    with console.status("Starting a worker that tries what it can reach …"):
        diagnosis = diagnose(hidden, layers_off)
    if as_json:
        print(json.dumps(diagnosis, indent=1))
    else:
        show(diagnosis, console)
