"""The command line: `autograder` or `python -m autograder`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

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
    where = find_course(course or Path.cwd())
    chosen = pick_assignment(where, assignment)
    try:
        results = grade_all(where, chosen.name, [Job(submission, out)], seed=seed)[0]
    except GradingError as error:
        from autograder.judging.results import RESULTS, fault_results, write_json

        write_json(out / RESULTS, fault_results(chosen, str(error), seed or ""))
        raise
    print_verdict(chosen, submission, out, results)
    if results["extra_data"]["fault"]:
        raise CheckProblem(f"the grader itself failed: {results['extra_data']['fault']}")


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
        _stop("stopped", 130)
    except Exception as error:
        _stop(_one_line(error), 2 if _is_usage(error) else 1)


def _is_usage(error: Exception) -> bool:
    from autograder.authoring.assignment import AssignmentError

    return isinstance(error, (UsageProblem, AssignmentError))


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    known: tuple[Any, ...] = (UsageProblem, CheckProblem, ValueError, RuntimeError, OSError)
    return text if isinstance(error, known) and text else f"{type(error).__name__}: {text}"


def _stop(message: str, status: int) -> None:
    print(f"autograder: {message}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
