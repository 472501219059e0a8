"""The table of runs that the training notebook keeps for the report."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from checkpoints import write
from history import History

COLUMNS = ("model", "changed", "seed", "epochs", "before", "perplexity", "course_perplexity", "seconds", "data")
_SAME = ("model", "changed", "seed", "data")  # a row with the same values here is the same run, done again


class Runs:
    """The table of runs, kept in a CSV file. Its perplexities are those of the best epoch on the validation part."""

    def __init__(self, path: Path | str = "results/runs.csv") -> None:
        """Open the table; runs that are already in the file stay."""
        self.path = Path(path)
        self.rows: list[dict[str, str]] = []
        if self.path.is_file():
            text = self.path.read_text(encoding="utf-8-sig", errors="replace")
            self.rows = [{key: row.get(key) or "" for key in COLUMNS} for row in csv.DictReader(io.StringIO(text))]

    def add(
        self,
        model: str,
        history: History,
        data: str,
        *,
        changed: str = "defaults",
        before: History | None = None,
        seed: int = 0,
    ) -> None:
        """Write a run down, or what there is of it so far. The same run done again replaces its row.

        Args:
            model: what was trained.
            history: what came out.
            data: which sentences it was trained on.
            changed: what is different from the defaults.
            before: the run to compare with.
            seed: of the start weights, the order and dropout.
        """
        row = {
            "model": model,
            "changed": changed,
            "seed": str(seed),
            "epochs": str(len(history.val)),
            "before": f"{before.perplexity:.2f}" if before else "",
            "perplexity": f"{history.perplexity:.2f}",
            "course_perplexity": f"{history.course_perplexity:.2f}",
            "seconds": f"{sum(history.seconds):.0f}",
            "data": data,
        }
        self.rows = [old for old in self.rows if any(old[key] != row[key] for key in _SAME)] + [row]
        _write_csv(self.path, [list(COLUMNS), *(list(row.values()) for row in self.rows)])

    def __repr__(self) -> str:
        return "\n".join(" | ".join(row) for row in [list(COLUMNS), *(list(row.values()) for row in self.rows)])

    def _repr_html_(self) -> str:
        return table(COLUMNS, [list(row.values()) for row in self.rows])


class Table:
    """A table that the notebook shows."""

    def __init__(self, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Keep what is to be shown."""
        self.head, self.rows = list(head), [[str(value) for value in row] for row in rows]

    def __repr__(self) -> str:
        return "\n".join(" | ".join(row) for row in [self.head, *self.rows])

    def _repr_html_(self) -> str:
        return table(self.head, self.rows)

    def save(self, path: Path | str) -> None:
        """Write the table as a CSV file."""
        _write_csv(Path(path), [self.head, *self.rows])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table as HTML."""
    style = ' style="text-align: left; vertical-align: top"'
    lines = ["".join(f"<th{style}>{html.escape(name)}</th>" for name in head)]
    lines += ["".join(f"<td{style}>{html.escape(value)}</td>" for value in row) for row in rows]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _write_csv(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file; where that cannot be, say so in one line: the numbers are still on the screen."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    try:
        write(path, text.getvalue().encode())
    except OSError as error:
        print(f"{path} cannot be written ({error.strerror or error}); make room and run this cell again")
