"""Submissions that are more alike than the skeleton explains."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.commands.options import AssignmentOption, CourseOption, UsageProblem

_SHOWN = 10


def similar(
    folder: Annotated[
        Path, typer.Argument(help="Zips or subfolders, or a download of Gradescope, Canvas or nbgrader's submitted/.")
    ],
    earlier: Annotated[
        list[Path] | None, typer.Option("--earlier", help="The folder of an earlier term; may be given several times.")
    ] = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Hide who is who, and leave out what students wrote.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="The page; default: gradebook/similar.html. A .csv and a .json go beside it."),
    ] = None,
    course: CourseOption = None,
    assignment: AssignmentOption = None,
) -> None:
    """Find submissions that share more than the released skeleton explains.

    A score is no proof and costs nobody a point: it says where to look. People decide.
    """
    from rich.markup import escape
    from rich.table import Table

    from autograder.authoring.course import find_course, pick_assignment
    from autograder.console import console, printable, shown_path

    try:
        from autograder.classroom.similarity.writing import write_similar
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "copydetect":
            raise
        raise UsageProblem("copydetect is missing; install it with: pip install 'torch-autograder[similar]'") from None
    where = find_course(course or Path.cwd())
    chosen = pick_assignment(where, assignment)
    made = write_similar(where, chosen, folder, earlier=earlier or (), out=out, anonymous=anonymous)
    pairs = made.compared.pairs
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("one", overflow="fold")
    table.add_column("other", overflow="fold")
    table.add_column("most alike file", overflow="fold")
    for pair in pairs[:_SHOWN]:
        names = [escape(printable(made.name(work))) for work in (pair.one, pair.other)]
        alike, share = pair.most_alike
        table.add_row(f"{pair.score:.0f}", *names, f"{escape(alike.rpartition('/')[2])} {share:.0f} %")
    pairs_worth = f"{len(pairs)} pair{'' if len(pairs) == 1 else 's'}"
    console.print(f"[b]{escape(chosen.title)}[/] · {made.count} submissions · {pairs_worth} worth a look")
    if pairs:
        console.print(table)
    for note in [*made.notes, *([f"{len(pairs) - _SHOWN} more pairs on the page."] if len(pairs) > _SHOWN else [])]:
        console.print(f"[yellow]·[/] {escape(printable(note))}", soft_wrap=True)
    console.print("[dim]A score is percent of the smaller one’s own code; it is no proof. People decide.[/]")
    for path in made.files:
        console.print(f"[dim]→[/] {shown_path(path)}", soft_wrap=True)
