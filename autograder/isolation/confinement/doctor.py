"""What this machine offers for confinement, and what a grading here is worth: one screen, or JSON."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.isolation.confinement.examination import examine
from autograder.isolation.confinement.layers import LAYERS, LEVELS, NOT_NEEDED, ON, PROBES
from autograder.isolation.confinement.levels import PROMISES, hides_files, is_on, lacking, level, summary
from autograder.isolation.zygote import Zygote

_STYLES = {"strong": "green", "fair": "yellow", "weak": "red"}


def diagnose(hidden: Sequence[Path] = (), layers_off: Sequence[str] = ()) -> dict[str, Any]:
    """Start a confined worker, let it try what it can reach, and say what that is worth.

    Args:
        hidden: files that student code must not read; without any, two that are made for this.
        layers_off: layers to leave out.

    Raises:
        OSError: no worker can be started.
    """
    with Zygote() as zygote:
        found = examine(zygote.control, hidden, layers_off)
    reached = level(found.layers, found.probes)
    higher = LEVELS[LEVELS.index(reached) + 1 :]
    return {
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "torch": importlib.metadata.version("torch"),
        "level": reached,
        "hides_files": hides_files(summary(found.layers, found.probes)),
        "layers": found.layers,
        "probes": found.probes,
        "lacking": {wanted: lacking(wanted, found.layers, found.probes) for wanted in higher},
    }


def show(diagnosis: dict[str, Any], console: Console) -> None:
    """Print a diagnosis: the layers, what was tried, and the level with what it promises."""
    console.print(f"[dim]{diagnosis['platform']} · Python {diagnosis['python']} · torch {diagnosis['torch']}[/]")
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("layer", no_wrap=True)
    table.add_column("")
    table.add_column("what it gives, or why it is off")
    for name, purpose in LAYERS.items():
        state = diagnosis["layers"][name]
        style = "green" if is_on(diagnosis["layers"], name) else "dim" if NOT_NEEDED in state else "yellow"
        said = "" if state == ON else f" [{style}]({escape(state.partition(' ')[2])})[/]"
        table.add_row(name, f"[{style}]{state[:3].rstrip(':, ')}[/]", purpose + said)
    table.add_section()
    table.add_row("[dim]tried[/]", "", "[dim]can student code …[/]")
    for name, question in PROBES.items():
        found = diagnosis["probes"][name]
        mark, said = ("[red]yes[/]", f" [red]({escape(found)})[/]") if found else ("[green]no[/]", "")
        table.add_row(name, mark, question + said)
    console.print(table)
    reached = diagnosis["level"]
    console.print(f"A grading here is [b {_STYLES[reached]}]{reached}[/]. {PROMISES[reached]}")
    for wanted, missing in diagnosis["lacking"].items():
        console.print(f"[dim]Not {wanted}:[/] {escape('; '.join(missing))}.")
    if not diagnosis["platform"].startswith("Linux"):
        console.print("Here processes are separated and limited, no more; for more, grade on Linux, or in a container.")
