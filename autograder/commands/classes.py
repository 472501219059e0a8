"""A whole class: graded, reported, exported."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.classroom.export.formats import Format
from autograder.classroom.layouts import Found
from autograder.commands.options import AssignmentOption, CourseOption, JobsOption, UsageProblem

FolderArgument = Annotated[
    Path | None,
    typer.Argument(help="A folder with results.json in a subfolder a student; default: what `class` has graded."),
]
OutOption = Annotated[Path | None, typer.Option("-o", "--out", help="The file to write; default: in gradebook/.")]
DatabaseOption = Annotated[
    str | None, typer.Option("--db-url", help="nbgrader's database; default: the one of nbgrader_config.py.")
]


def grade_folder(
    folder: Annotated[
        Path, typer.Argument(help="Zips or subfolders, or a download of Gradescope, Canvas or nbgrader's submitted/.")
    ],
    course: CourseOption = None,
    assignment: AssignmentOption = None,
    jobs: JobsOption = 0,
    seed: Annotated[str | None, typer.Option(help="Use another seed than the class's own.")] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh/--resume", help="Grade all again, or only what is new or has changed.")
    ] = False,
    compare: Annotated[
        Path | None,
        typer.Option(
            "--compare", help="Record nothing; list whose score would differ from the results in this folder."
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster", metavar="ADDRESS", help="Grade on the workers of the Dask scheduler at this address."
        ),
    ] = None,
    extensions: Annotated[
        Path | None,
        typer.Option(help="Who may hand in later: a CSV file; default: gradebook/extensions.csv, if it is there."),
    ] = None,
) -> None:
    """Grade a folder of submissions, record them in the gradebook and write the report."""
    from autograder.authoring.course import find_course, pick_assignment
    from autograder.classroom.layouts import find_submissions
    from autograder.classroom.progress import ClassProgress
    from autograder.classroom.record import grade_and_record
    from autograder.console import print_class

    where = find_course(course or Path.cwd())
    chosen = pick_assignment(where, assignment)
    found = find_submissions(folder, chosen.name)
    processes = jobs or os.cpu_count() or 1
    if compare is not None:
        _compare(where, chosen, found, compare, processes, seed, cluster)
        return
    with ClassProgress(len(found.submissions)) as progress:
        made = grade_and_record(
            where,
            chosen,
            found.submissions,
            processes=processes,
            seed=seed,
            fresh=fresh,
            cluster=cluster,
            extensions=extensions,
            on_ready=progress.ready,
            on_start=progress.begin,
            on_result=progress.advance,
        )
    print_class(chosen, made, found.notes)


def _compare(
    course: Course,
    assignment: Assignment,
    found: Found,
    old: Path,
    processes: int,
    seed: str | None,
    cluster: str | None,
) -> None:
    """Grade into a folder of its own, and say how that differs from the results in another."""
    from autograder.classroom.alone import alone
    from autograder.classroom.batch import grade_class
    from autograder.classroom.comparison import compare, print_comparison
    from autograder.classroom.progress import ClassProgress

    if not old.is_dir():
        raise UsageProblem(f"{old} is no folder; name one with results.json in a subfolder a student")
    out = course.gradebook / "trial" / assignment.name
    with alone(course), ClassProgress(len(found.submissions)) as progress:
        grade_class(
            course,
            assignment,
            found.submissions,
            out,
            processes=processes,
            seed=seed,
            cluster=cluster,
            on_ready=progress.ready,
            on_start=progress.begin,
            on_result=progress.advance,
        )
    print_comparison(compare(old, out))


def report(
    folder: FolderArgument = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Hide who is who, and leave out what students wrote.")
    ] = False,
    out: OutOption = None,
    course: CourseOption = None,
    assignment: AssignmentOption = None,
    db_url: DatabaseOption = None,
) -> None:
    """Write one page about a graded class: scores, steps, mistakes, rules, time.

    Each number on it leads to the submissions behind it.
    """
    from autograder.authoring.course import find_course, pick_assignment
    from autograder.classroom.report import write_report
    from autograder.console import console, shown_path

    where = find_course(course or Path.cwd())
    chosen = pick_assignment(where, assignment)
    path = write_report(where, chosen, results=folder, out=out, anonymous=anonymous, db_url=db_url)
    console.print(f"[dim]→[/] {shown_path(path)}", soft_wrap=True)


def export(
    kind: Annotated[Format, typer.Argument(metavar="FORMAT", help="canvas, gradescope, questions or junit.")],
    folder: FolderArgument = None,
    out: OutOption = None,
    roster: Annotated[
        Path | None,
        typer.Option("--roster", help="Names and numbers of students: a CSV file exported by Canvas or Gradescope."),
    ] = None,
    column: Annotated[
        str, typer.Option("--column", help="canvas: the assignment as Canvas heads it, e.g. “Homework 3 (12345)”.")
    ] = "",
    course: CourseOption = None,
    assignment: AssignmentOption = None,
    db_url: DatabaseOption = None,
) -> None:
    """Write the grades of a class for Canvas, Gradescope, a statistics program or a CI service.

    canvas: a table that Canvas' gradebook imports.

    gradescope: a table with the columns of Gradescope's download.

    questions: a table with one row a student and step.

    junit: JUnit XML, a test suite a student and a test case a step.

    Points that people entered in formgrader count. Where the grader failed there is no grade.
    """
    from rich.markup import escape

    from autograder.authoring.course import find_course, pick_assignment
    from autograder.classroom.export.writing import export as write
    from autograder.console import console, printable, shown_path

    where = find_course(course or Path.cwd())
    chosen = pick_assignment(where, assignment)
    made = write(where, chosen, kind, results=folder, out=out, roster=roster, column=column, db_url=db_url)
    for note in made.notes:
        console.print(f"[yellow]·[/] {escape(printable(note))}", soft_wrap=True)
    console.print(f"[dim]→[/] {shown_path(made.path)}", soft_wrap=True)
