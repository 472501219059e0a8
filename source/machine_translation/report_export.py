"""Exports the report: `python report_export.py` writes report.pdf, each question on a page of its own.

The notebooks must be saved first: only what is in their files is exported. It runs none of their code.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.judging.words import count_words

REPORT, THEORY = "report.ipynb", "theory.ipynb"
PLACEHOLDER = "*Write your answer here.*"
# The answers that have a limit, in words: the id of each answer's cell.
LIMITS = {"answer-review": 350, "answer-paper-1": 350, "answer-paper-2": 350}
_TEMPLATE = ("report-", "task-", "answer-", "theory-", "module-", "check-")  # ids of cells that we wrote


def word_counts(notebook_path: Path | str) -> dict[str, int]:
    """Count the words of each answer in a saved notebook.

    An answer is its cell `answer-…` and the cells that the student added below it. A formula counts as one
    word; pictures, addresses, code marks and the placeholder count as nothing.

    Args:
        notebook_path: the notebook's file.

    Returns:
        The id of each answer's cell and its number of words; an answer whose cell is gone is left out.

    Raises:
        ValueError: the file is no notebook.
    """
    counts: dict[str, int] = {}
    current = ""
    for cell in _cells(Path(notebook_path)):
        identity = str(cell.get("id", ""))
        if identity.startswith("answer-"):
            current = identity
            counts[current] = 0
        elif _is_template(cell):
            current = ""
        if current and cell.get("cell_type") == "markdown":
            counts[current] += count_words(_source(cell).replace(PLACEHOLDER, " "))
    return counts


def over_limit(counts: Mapping[str, int]) -> list[str]:
    """Return one sentence for each answer that is too long, or whose cell is gone."""
    found = []
    for answer, limit in LIMITS.items():
        if answer not in counts:
            found.append(f"{answer}: its cell is not in the notebook")
        elif counts[answer] > limit:
            found.append(f"{answer}: {counts[answer]} words, {counts[answer] - limit} more than {limit}")
    return found


def show_word_counts(notebook_path: Path | str = REPORT) -> None:
    """Print how long each answer is; called in the notebook, it reads the *saved* file."""
    path = Path(notebook_path)
    if not path.is_file():
        print(f"{path} is not here: save the notebook under this name, then run the cell again.")
        return
    counts = word_counts(path)
    for answer, count in counts.items():
        limit = LIMITS.get(answer)
        verdict = "" if limit is None else f" of {limit}" + (f"  TOO LONG by {count - limit}" if count > limit else "")
        print(f"{answer:20} {count:5} words{verdict}")
    for line in over_limit(counts):
        if "not in the notebook" in line:
            print(f"Note: {line}; take it from a fresh copy of {path.name}.")
    saved = datetime.fromtimestamp(path.stat().st_mtime)
    print(f"Counted in the file as it was saved at {saved:%H:%M:%S}.")
    print("You have written more since? Save the notebook (Ctrl+S), then run this cell again.")


@dataclass
class Section:
    """One part of the report: a title, and the cells that a student wrote."""

    title: str
    cells: list[dict[str, Any]] = field(default_factory=list)
    results: bool = False
    theory: bool = False


def sections(cells: Sequence[dict[str, Any]]) -> list[Section]:
    """Sort a notebook's cells: each task begins a section, the template's own text is left out."""
    found = [Section("About this report")]
    for cell in cells:
        identity, heading = str(cell.get("id", "")), _heading(_source(cell))
        nbgrader = cell.get("metadata", {}).get("nbgrader", {})
        if identity == "report-results":
            found.append(Section("Results of the training runs", results=True))
        elif identity == "report-theory":
            found.append(Section("Theory: computation graph and derivation (10 points)", theory=True))
        elif nbgrader.get("task"):
            found.append(Section(heading or identity))
        elif identity.startswith("answer-") or nbgrader.get("solution") or not _is_template(cell):
            found[-1].cells.append(cell)
    return found


def main(argv: Sequence[str] | None = None, folder: Path | None = None) -> int:
    """Run the command and return its exit status: 0 made, 1 not made."""
    parser = argparse.ArgumentParser(prog="report_export.py", description="Writes the saved report as a PDF.")
    parser.add_argument("-o", "--output", default="report.pdf", help="the PDF to write (report.pdf)")
    options = parser.parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that cannot show a character shows `?`
    here = folder or Path.cwd()
    from reporting.pdf import PdfError

    try:
        data, notes = export(here)
        (here / options.output).write_bytes(data)
    except (PdfError, ValueError, OSError, ImportError) as error:
        print(f"No PDF made: {error}", file=sys.stderr)
        return 1
    for note in notes:
        print(f"Note: {note}")
    saved = datetime.fromtimestamp((here / REPORT).stat().st_mtime)
    print(f"{options.output} made, {len(data) / 1e3:.0f} kB, from {REPORT} as it was saved at {saved:%Y-%m-%d %H:%M}.")
    print("Look through it, then upload it; each question begins on a new page.")
    return 0


def export(folder: Path) -> tuple[bytes, list[str]]:
    """Make the PDF of the report in a folder; return it with what its author should know.

    Raises:
        ValueError: the notebook cannot be read.
        PdfError: the PDF cannot be made.
    """
    from reporting.markdown import Writer
    from reporting.pdf import compile_pdf
    from reporting.runs import result_blocks

    writer = Writer(folder)
    counts = word_counts(folder / REPORT)
    notes = over_limit(counts)
    parts = sections(_cells(folder / REPORT))
    blocks = ["#block(below: 1.4em, text(size: 20pt, weight: 700)[Report])"]
    for number, part in enumerate(parts):
        blocks += ["#pagebreak(weak: true)"] if number else []
        blocks.append(writer.heading(part.title))
        cells = part.cells
        if part.results:
            blocks += result_blocks(writer, folder)
        if part.theory:
            cells = _theory(folder, notes)
        open_cells = [cell for cell in cells if PLACEHOLDER in _source(cell)]
        if open_cells or (part.theory and not cells):
            notes.append(f"not answered yet: {part.title}")
        for cell in cells:
            text = _source(cell)
            if cell.get("cell_type") == "code":
                blocks += writer.outputs(cell.get("outputs", []))
            elif cell.get("cell_type") == "markdown":
                blocks += writer.markdown(text.replace(PLACEHOLDER, "*(not answered)*"), cell.get("attachments"))
        if not number:
            blocks += _count_table(writer, parts, counts)
            blocks.append("#v(1em)\n#outline(title: [Pages], depth: 1)")
    data = compile_pdf(blocks, writer.pictures, lambda why: notes.append(f"shown as plain text, look at it: {why}"))
    return data, notes + writer.notes


def _count_table(writer: Any, parts: Sequence[Section], counts: Mapping[str, int]) -> list[str]:
    """The words of each answer that has a limit, for whoever reads the report."""
    titles = {str(cell.get("id", "")): part.title for part in parts for cell in part.cells}
    rows = [["answer", "words", "at most", ""]]
    for answer in LIMITS:
        if answer in counts:
            over = "TOO LONG" if counts[answer] > LIMITS[answer] else ""
            rows.append([titles.get(answer, answer), str(counts[answer]), str(LIMITS[answer]), over])
    return ["#v(1em)", writer.table(rows)] if len(rows) > 1 else []


def _theory(folder: Path, notes: list[str]) -> list[dict[str, Any]]:
    if not (folder / THEORY).is_file():
        notes.append(f"{THEORY} is not here, so the graph and the derivation are missing")
        return []
    cells: list[dict[str, Any]] = []
    inside = False
    for cell in _cells(folder / THEORY):
        mine = str(cell.get("id", "")).startswith("answer-") or (
            cell.get("cell_type") == "markdown" and cell.get("metadata", {}).get("nbgrader", {}).get("solution")
        )
        inside = bool(mine) or (inside and not _is_template(cell))
        cells += [cell] if inside else []
    return cells


def _cells(path: Path) -> list[dict[str, Any]]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        return [cell for cell in cells if isinstance(cell, dict)]
    except FileNotFoundError:
        raise ValueError(f"{path.name} is not in this folder") from None
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path.name} is not a notebook that can be read; save it again in JupyterLab") from None


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def _is_template(cell: Mapping[str, Any]) -> bool:
    return str(cell.get("id", "")).startswith(_TEMPLATE) or "nbgrader" in cell.get("metadata", {})


def _heading(text: str) -> str:
    return next((line.lstrip("# ").strip() for line in text.split("\n") if line.startswith("#")), "")


if __name__ == "__main__":
    sys.exit(main(folder=Path(__file__).resolve().parent))
