"""What the commands share: options, and the two ways in which a command can end badly."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

CourseOption = Annotated[
    Path | None,
    typer.Option("--course", help="The course's folder; found from the current folder upwards if not given."),
]
AssignmentOption = Annotated[
    str | None, typer.Option("--assignment", "-a", help="The assignment; may be left out where there is only one.")
]
SubmissionArgument = Annotated[Path, typer.Argument(help="A zip or a folder: notebooks, or models/**/*.py.")]
NameArgument = Annotated[str | None, typer.Argument(metavar="[ASSIGNMENT]")]
JobsOption = Annotated[int, typer.Option(help="How many run side by side; default: the number of cores.")]


class UsageProblem(Exception):
    """The command was called wrongly: exit status 2."""


class CheckProblem(Exception):
    """What was asked for has failed: exit status 1."""
