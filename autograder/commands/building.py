"""What an instructor builds: the release, the answer key, and the proof that mistakes are named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from autograder.commands.options import CheckProblem, CourseOption, JobsOption, NameArgument


def release(name: NameArgument = None, course: CourseOption = None) -> None:
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


def solutions(
    name: NameArgument = None,
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


def mistakes(
    name: NameArgument = None,
    course: CourseOption = None,
    jobs: JobsOption = 0,
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
