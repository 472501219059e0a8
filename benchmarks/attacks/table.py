"""The comparison as one table: on the terminal, as Markdown for `results.md`, and as `results.csv`."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from attack_work import Attack
from outcome import KINDS, REPELLED, Outcome
from rich.table import Table

Results = Mapping[tuple[str, str], Outcome]  # by names of attack and grader


def terminal_table(attacks: Sequence[Attack], graders: Sequence[str], results: Results) -> Table:
    """For the terminal: one row an attack, then the totals."""
    table = Table("after", "attack", *graders, title="What each attack achieves")
    for attack in attacks:
        cells = [results[attack.name, grader].detail for grader in graders]
        table.add_row(
            attack.goal, attack.name, *(f"[{'green' if text == REPELLED else 'red'}]{text}[/]" for text in cells)
        )
    table.add_section()
    for kind, counts in totals(attacks, graders, results).items():
        table.add_row("total", kind, *map(str, counts))
    return table


def totals(attacks: Sequence[Attack], graders: Sequence[str], results: Results) -> dict[str, list[int]]:
    """For every outcome how many attacks had it as their worst, by grader."""
    return {
        kind: [sum(results[attack.name, grader].kinds[0] == kind for attack in attacks) for grader in graders]
        for kind in KINDS
    }


def markdown(
    attacks: Sequence[Attack],
    graders: Sequence[str],
    results: Results,
    versions: Mapping[str, str],
    every: int,
    seconds: Mapping[str, tuple[float, float]],
) -> str:
    """The text of `results.md`."""
    share = f"number 1, {1 + every}, … of each kind in the order of the alphabet" if every > 1 else "all"
    command = "python benchmarks/attacks/run.py" + (f" --every {every}" if every > 1 else "")
    usual = ", ".join(f"{name} {before:.0f} and {after:.0f}" for name, (before, after) in seconds.items())
    lines = [
        "# What each attack achieves",
        "",
        f"{len(attacks)} attacks ({share}), each on all graders, in one run of",
        f"`{command}`.",
        "What the outcomes mean and how they are measured stands in [README.md](README.md). Where an attack achieves",
        "several things, the totals take the first.",
        "",
        "Plain work got its points from every grader before the attacks and after them. Seconds that the right answer",
        f"took before and after, two at a time: {usual}.",
        "",
        "Versions: " + ", ".join(f"{name} {version}" for name, version in versions.items()) + ".",
        "",
        f"| after | attack | {' | '.join(graders)} |",
        "|---" * (len(graders) + 2) + "|",
    ]
    for attack in attacks:
        cells = [results[attack.name, grader].detail for grader in graders]
        lines.append(f"| {attack.goal} | {attack.name} | {' | '.join(cells)} |")
    for kind, counts in totals(attacks, graders, results).items():
        lines.append(f"| **total** | **{kind}** | {' | '.join(f'**{count}**' for count in counts)} |")
    return "\n".join(lines) + "\n"


def rows(attacks: Sequence[Attack], graders: Sequence[str], results: Results) -> str:
    """The text of `results.csv`: one row for each attack and grader."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["attack", "after", "grader", "outcome", "all_outcomes", "score", "seconds"])
    for attack in attacks:
        for grader in graders:
            found = results[attack.name, grader]
            score = "" if found.verdict.score is None else f"{found.verdict.score:g}"
            seconds = f"{found.report.seconds:.1f}"
            writer.writerow([attack.name, attack.goal, grader, found.kinds[0], found.detail, score, seconds])
    return text.getvalue()
