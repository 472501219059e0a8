"""What training has left in results/: the table of runs and the pictures."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from .markdown import Writer

RESULTS = "results"
_MOST_ROWS = 40


def read_runs(folder: Path | str = RESULTS) -> list[list[str]]:
    """Return the rows of runs.csv, its head first and numbers shortened; nothing if there is no such file."""
    path = Path(folder) / "runs.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        rows = [[_short(value) for value in row] for row in csv.reader(file) if any(row)]
    width = len(rows[0]) if rows else 0
    return [(row + [""] * width)[:width] for row in rows]


def show_results(folder: Path | str = RESULTS) -> None:
    """Show the table of runs and the pictures that training has left; called in the notebook."""
    from IPython.display import Image, Markdown, display

    rows, pictures = read_runs(folder), sorted(Path(folder).glob("*.png"))
    if rows:
        lines = [rows[0], ["---"] * len(rows[0]), *rows[1:][-_MOST_ROWS:]]
        table = [" | ".join(value.replace("|", "¦") for value in row) for row in lines]
        display(Markdown("\n".join(f"| {line} |" for line in table)))
    for picture in pictures:
        display(Markdown(f"`{picture.name}`"), Image(filename=str(picture)))
    if not rows and not pictures:
        print(f"Nothing in {folder}/ yet. Train first; the training notebook writes runs.csv and pictures there.")


def result_blocks(writer: Writer, folder: Path) -> list[str]:
    """Return the same as typst blocks of the report."""
    rows, pictures = read_runs(folder / RESULTS), sorted((folder / RESULTS).glob("*.png"))
    blocks = []
    if rows:
        kept = [rows[0], *rows[1:][-_MOST_ROWS:]]
        blocks.append(writer.table(kept, size=9 if len(rows[0]) < 7 else 8 if len(rows[0]) < 11 else 6.5))
    for picture in pictures:
        blocks += [writer.picture(picture.read_bytes(), picture.name), writer.caption(picture.name)]
    return blocks or [writer.caption(f"There is nothing in {RESULTS}/.")]


def _short(value: str) -> str:
    """Shorten a long decimal number; leave everything else as it is."""
    if re.fullmatch(r"-?\d*\.\d{5,}(?:e[-+]?\d+)?", value.strip()):
        return f"{float(value):.4g}"
    return value.strip()
