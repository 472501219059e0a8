"""`make demo`: release → zips → grades → gradebook on the sample class, in one table."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from autograder.__main__ import main
from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.classroom.layouts import find_submissions
from autograder.classroom.progress import ClassProgress
from autograder.classroom.record import GradedClass, grade_and_record
from autograder.console import console, shown_path, what_happened
from tests.exercises.sample_class import SAMPLES, write_class

ASSIGNMENT = "machine_translation"


def demo(course: Course) -> bool:
    """Run the loop and print what came out. Returns whether every sample got the score that it must get."""
    try:
        main(["release", ASSIGNMENT, "--course", str(course.root)])
    except SystemExit as stop:
        if stop.code:
            raise
    assignment = course.load(ASSIGNMENT)
    folder = course.gradebook / "sample_class"
    shutil.rmtree(folder, ignore_errors=True)
    list(write_class(SAMPLES, course, assignment, folder))
    handed_in = find_submissions(folder, ASSIGNMENT).submissions
    with ClassProgress(len(handed_in)) as progress:
        made = grade_and_record(
            course,
            assignment,
            handed_in,
            processes=os.cpu_count() or 1,
            fresh=True,
            on_ready=progress.ready,
            on_start=progress.begin,
            on_result=progress.advance,
        )
    right = _print_table(assignment, made)
    _print_paths(course, made)
    return right


def _print_table(assignment: Assignment, made: GradedClass) -> bool:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("student", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("must be", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("what happened", overflow="fold")
    by_name = {entry.student: entry for entry in made.graded}
    agree = True
    for sample in SAMPLES:
        entry = by_name[sample.name]
        wanted = sample.expected(assignment)
        got = {name: step["score"] for name, step in entry.results["extra_data"]["steps"].items()}
        agree &= got == wanted
        table.add_row(
            sample.name,
            f"{entry.results['score']:g}",
            f"{sum(wanted.values()):g}",
            "[green]✓[/]" if got == wanted else "[red]✗[/]",
            escape(what_happened(dict(entry.results))),
        )
    console.print()
    console.print(f"[b]{escape(assignment.title)}[/] · {len(SAMPLES)} submissions · {assignment.points:g} points")
    console.print(table)
    return agree


def _print_paths(course: Course, made: GradedClass) -> None:
    example = next(entry for entry in made.graded if entry.results["score"] not in (0, made.graded[0].results["score"]))
    rows = {
        "students get": course.release(ASSIGNMENT),
        "as a zip": course.dist / f"{ASSIGNMENT}-student.zip",
        "for Gradescope": course.dist / f"{ASSIGNMENT}-autograder.zip",
        "sample zips": course.gradebook / "sample_class",
        "one feedback": made.results / example.student / "feedback.html",
        "gradebook": made.database,
        "all grades": made.csv,
        "class report": made.report,
    }
    console.print("\n[b]Open[/]")
    for name, path in rows.items():
        console.print(f"  [dim]{name:<15}[/] {shown_path(path)}", soft_wrap=True)


if __name__ == "__main__":
    if not demo(Course(Path(__file__).resolve().parents[2])):
        console.print("[red]A sample did not get the score that it must get.[/]")
        sys.exit(1)
