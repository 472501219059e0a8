"""What the command line shows: calm, aligned tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from autograder.authoring.assignment import Assignment
from autograder.isolation.opening.opening import clean
from autograder.judging.telling import quoted

if TYPE_CHECKING:
    from autograder.classroom.record import GradedClass
    from autograder.judging.matrix import Row

console = Console(highlight=False)
_STYLE = {"passed": "green", "partial": "yellow", "failed": "red", "blocked": "red", "open": "dim", "error": "magenta"}
_WORDS = {
    "passed": "✓ done",
    "partial": "◐ partly",
    "failed": "✗ not right",
    "blocked": "✗ not run",
    "open": "○ to do",
    "error": "! grader",
}


def print_verdict(assignment: Assignment, submission: Path, out: Path, results: dict[str, Any]) -> None:
    """Print one submission's steps, what to know about it, and where the files are."""
    extra = results["extra_data"]
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("step")
    table.add_column("verdict")
    table.add_column("points", justify="right")
    table.add_column("of", justify="right")
    for name, step in extra["steps"].items():
        style = _STYLE.get(step["status"], "")
        table.add_row(name, f"[{style}]{_WORDS[step['status']]}[/]", f"{step['score']:g}", f"{step['max']:g}")
    table.add_row("[b]total[/]", "", f"[b]{results['score']:g}[/]", f"[b]{assignment.points:g}[/]")
    console.print(f"[b]{escape(assignment.title)}[/] · {escape(clean(submission.name))}")
    console.print(table)
    for line in [*printed_lines(extra), *extra["problems"], *extra["notes"]]:
        console.print(f"[yellow]·[/] {escape(line)}", soft_wrap=True)
    console.print(f"[dim]results [/] {escape(str(out / 'results.json'))}", soft_wrap=True)
    console.print(f"[dim]feedback[/] {escape(str(out / 'feedback.html'))}", soft_wrap=True)


def printed_lines(extra: dict[str, Any]) -> list[str]:
    """One sentence about the first thing that a submission printed; empty if it was silent."""
    printed = extra["silence"]["printed"]
    if not printed:
        return []
    first = printed[0]
    return [f"{first['call']} printed {quoted(first['line'])} in {first['step']}."]


def shown_path(path: Path | str) -> str:
    """A path as short as it can be and still be opened from the current folder; an address as it is."""
    if isinstance(path, str):
        return escape(path)
    try:
        return escape(str(path.resolve().relative_to(Path.cwd())))
    except ValueError:
        return escape(str(path))


class Counter:
    """A live bar for work whose parts have no names."""

    def __init__(self, what: str) -> None:
        columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=console, transient=True)
        self._task = self._bar.add_task("")

    def show(self, done: int, of: int) -> None:
        """Say how much is done."""
        self._bar.update(self._task, completed=done, total=of)

    def __enter__(self) -> Counter:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def print_matrix(assignment: Assignment, rows: Sequence[Row]) -> None:
    """Print mistakes against steps: ● costs the step and is named there, ○ costs it without a name."""
    steps = [step.id for step in assignment.steps]
    for number, step in enumerate(steps, start=1):
        console.print(f"[dim]{number:>2}[/] {step}")
    width = max((len(row.mistake.id) for row in rows), default=0)
    console.print(f"{'':{width}}  {' '.join(f'{number:>2}' for number in range(1, len(steps) + 1))}", style="dim")
    for row in rows:
        marks = [
            ("●" if row.mistake.id in row.named.get(step, ()) else "○") if step in row.lost else "·" for step in steps
        ]
        problem = f"  [red]{escape(row.problem)}[/]" if row.problem else ""
        console.print(f"{row.mistake.id:{width}}  {' '.join(f'{mark:>2}' for mark in marks)}{problem}", soft_wrap=True)
    right = sum(not row.problem for row in rows)
    caught = sum(bool(row.lost) for row in rows)
    colour = "green" if right == len(rows) else "red"
    console.print(
        f"[{colour}]{len(rows)} mistakes: {caught} caught, {right} named and costing their steps alone[/]",
        soft_wrap=True,
    )


def printable(text: str) -> str:
    """Text of student code without what steers a terminal."""
    return "".join(sign if sign.isprintable() or sign == "\t" else "�" for sign in text)


def what_happened(results: dict[str, Any]) -> str:
    """One short line about a submission: the reason that matters most."""
    extra = results["extra_data"]
    if extra["fault"]:
        return f"the grader failed: {extra['fault']}"
    told = printed_lines(extra) or extra["problems"][:1]
    lost = [name for name, step in extra["steps"].items() if step["score"] < step["max"]]
    done = [name for name, step in extra["steps"].items() if step["score"] > 0]
    if not lost:
        return "everything right"
    if told:
        return str(told[0])
    if not done and all(step["status"] in ("open", "failed") for step in extra["steps"].values()):
        opened = all(step["status"] == "open" for step in extra["steps"].values())
        return "nothing done yet" if opened else "no step is right"
    return f"lost: {', '.join(lost)}"


def print_class(assignment: Assignment, made: GradedClass, notes: Sequence[str] = ()) -> None:
    """Print a class: one row a student, then where everything is."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("student", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("what happened", overflow="fold")
    for entry in made.graded:
        score = f"{entry.results['score']:g}/{assignment.points:g}"
        table.add_row(escape(entry.student), score, escape(what_happened(dict(entry.results))))
    console.print(f"[b]{escape(assignment.title)}[/]")
    console.print(table)
    kept = [f"{made.kept} verdicts stood already; --fresh makes them again."] if made.kept else []
    for line in [*notes, *map(str, made.recorded.problems), *made.recorded.notes, *kept]:
        console.print(f"[yellow]·[/] {escape(line)}", soft_wrap=True)
    for name, path in (
        ("results", made.results),
        ("gradebook", made.database),
        ("grades", made.csv),
        ("report", made.report),
    ):
        console.print(f"[dim]{name:<9}[/] {shown_path(path)}", soft_wrap=True)
