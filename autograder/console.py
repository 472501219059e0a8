"""What the command line shows: calm, aligned tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.authoring.assignment import Assignment

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
    console.print(f"[b]{escape(assignment.title)}[/] · {escape(submission.name)}")
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
    said = f"“{first['line'].strip()[:80]}”" if first["line"].strip() else "an empty line"
    return [f"{first['call']} printed {said} in {first['step']}."]
