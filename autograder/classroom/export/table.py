"""Writes tables that spreadsheets and learning management systems read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.classroom.grades_csv import cell
from autograder.judging.results import write_text

Cell = str | float | int | None


def write_table(path: Path, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a CSV file, as a whole or not at all. Texts that a spreadsheet would run as a formula are quoted."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for row in (head, *rows):
        writer.writerow([shown(value) for value in row])
    write_text(path, stream.getvalue())


def shown(value: Cell) -> str:
    """A value as it stands in a cell: numbers with two decimals at most, nothing for None."""
    if value is None:
        return ""
    return cell(value) if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
