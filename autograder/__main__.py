"""The command line: `autograder` or `python -m autograder`."""

from __future__ import annotations

import sys

import typer

from autograder.commands import building, classes, grading, similarity
from autograder.commands.options import CheckProblem, UsageProblem

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Auto-graded PyTorch exercises: one notebook in, verdicts out.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for command in (
    grading.grade,
    grading.explain,
    grading.doctor,
    building.release,
    building.solutions,
    building.mistakes,
):
    app.command()(command)
app.command("class")(classes.grade_folder)
app.command()(classes.report)
app.command()(classes.export)
app.command()(similarity.similar)


@app.callback()
def options() -> None:
    """Auto-graded PyTorch exercises: one notebook in, verdicts out."""


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
    from autograder.classroom.cluster.connection import NoCluster
    from autograder.classroom.export.roster import RosterError
    from autograder.classroom.extensions import ExtensionsError
    from autograder.classroom.layouts import FolderError
    from autograder.classroom.reading import ResultsError

    usage = (UsageProblem, AssignmentError, ExtensionsError, FolderError, NoCluster, ResultsError, RosterError)
    return isinstance(error, usage) and not isinstance(error, ReleaseError)


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
