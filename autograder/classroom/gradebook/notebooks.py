"""The notebooks that formgrader and nbgrader's feedback show: the student's own, with verdicts as outputs.

A student's notebook is not trusted: of it only texts, pictures and plain outputs are kept. nbgrader's metadata
and the text of locked cells come from the instructor's notebook.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from autograder.authoring.cells import NotebookError, module_line, parse_notebook
from autograder.classroom.gradebook.files import find
from autograder.classroom.gradebook.sources import SourceCell, SourceNotebook
from autograder.classroom.gradebook.text import clean, harmless

_OUTPUT_LIMIT = 20_000
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
_PICTURES = ("image/png", "image/jpeg")


@dataclass(frozen=True)
class Built:
    """A notebook for `autograded/`, and what the student wrote in each cell (no entry where there is none)."""

    document: dict[str, Any]
    answers: dict[str, str]


def build(notebook: SourceNotebook, student: str | None, texts: Mapping[str, str], modules: Mapping[str, str]) -> Built:
    """Lay the verdicts into a student's notebook, or into the skeleton where it is missing or unreadable.

    Args:
        notebook: the instructor's notebook.
        student: text of the student's notebook file.
        texts: what to show under the grade cell of each step.
        modules: module files that came beside the notebooks; shown only where the notebook is missing.
    """
    raw = _read(student) if student is not None else None
    answers: dict[str, str] = {}
    if raw is None:
        cells = _skeleton(notebook, modules)
    else:
        cells, answers = _merged(notebook, raw)
    for cell in cells:
        step = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if step in texts and cell["metadata"]["nbgrader"].get("grade"):
            text = {"output_type": "stream", "name": "stdout", "text": texts[step] + "\n"}
            cell |= {"outputs": [text], "execution_count": None}
    _unique_ids(cells)
    return Built({**notebook.document, "cells": cells}, answers)


def match(notebooks: Sequence[SourceNotebook], files: Mapping[str, bytes]) -> dict[str, str]:
    """Find each notebook among a student's files: by name, else the one that shares most of its cells."""
    found: dict[str, str] = {}
    for notebook in notebooks:
        text = find(files, f"{notebook.name}.ipynb")
        if text is not None:
            found[notebook.name] = text
    missing = [notebook for notebook in notebooks if notebook.name not in found]
    names = {notebook.name for notebook in notebooks}
    others = {
        name: files[name].decode("utf-8-sig", "replace")
        for name in sorted(files)
        if missing and name.endswith(".ipynb") and PurePosixPath(name).stem not in names
    }
    shared = {name: _grade_ids(text) for name, text in others.items()}
    for notebook in missing:
        own = {cell.grade_id for cell in notebook.cells}
        best = max(shared, key=lambda name: len(shared[name] & own), default=None)
        if best is not None and shared[best] & own:
            found[notebook.name] = others[best]
    return found


def _grade_ids(text: str) -> set[str]:
    try:
        return {cell.grade_id for cell in parse_notebook(text, "")} - {""}
    except NotebookError:
        return set()


def _read(text: str) -> list[dict[str, Any]] | None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    cells = document.get("cells") if isinstance(document, dict) else None
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else None


def _skeleton(notebook: SourceNotebook, modules: Mapping[str, str]) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = []
    last: dict[str, int] = {}
    for raw in notebook.document["cells"]:
        cells.append(dict(raw))
        if raw["cell_type"] == "code" and (path := module_line(raw["source"])) in modules:
            assert path is not None
            last[path] = len(cells)
    for path, place in sorted(last.items(), key=lambda item: -item[1]):
        text = f"# {path}, as it was handed in\n{clean(modules[path], 10 * _OUTPUT_LIMIT)}"
        cells.insert(place, _plain("code", text, "handed-in"))
    return cells


def _merged(notebook: SourceNotebook, raw: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Return the student's cells with trusted metadata, every missing nbgrader cell put back in its place."""
    given = {cell["source"].strip() for cell in notebook.document["cells"] if cell["cell_type"] == "markdown"}
    chosen = _choose(notebook, raw)
    cells, place = [], {}
    answers: dict[str, str] = {}
    for number, entry in enumerate(raw):
        source = chosen.get(number)
        cell = _cell(entry, given, source)
        if cell is None:
            continue
        cells.append(cell)
        if source is not None:
            place[source.grade_id] = cell
            answers[source.grade_id] = _text(entry.get("source"))
    before = None
    for source in notebook.cells:
        if source.grade_id not in place:
            skeleton = next(
                cell
                for cell in notebook.document["cells"]
                if cell["metadata"].get("nbgrader", {}).get("grade_id") == source.grade_id
            )
            place[source.grade_id] = dict(skeleton)
            at = 0 if before is None else next(i for i, cell in enumerate(cells) if cell is before) + 1
            cells.insert(at, place[source.grade_id])
        before = place[source.grade_id]
    return cells, answers


def _choose(notebook: SourceNotebook, raw: list[dict[str, Any]]) -> dict[int, SourceCell]:
    """Which of the student's cells stands for which of the instructor's: by grade_id, else by the cell's id."""
    named: dict[str, list[int]] = {}
    by_id: dict[str, int] = {}
    for number, entry in enumerate(raw):
        metadata = entry.get("metadata")
        meta = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        if isinstance(meta, dict) and isinstance(meta.get("grade_id"), str):
            named.setdefault(meta["grade_id"], []).append(number)
        elif isinstance(entry.get("id"), str):
            by_id.setdefault(entry["id"], number)
    chosen: dict[int, SourceCell] = {}
    for source in notebook.cells:
        numbers = named.get(source.grade_id, [])
        if not numbers and source.id in by_id:
            numbers = [by_id[source.id]]
        if numbers:  # of several copies the one that kept its id is the original
            own = [number for number in numbers if raw[number].get("id") == source.id]
            chosen[(own or numbers)[0]] = source
    return chosen


def _cell(entry: dict[str, Any], given: set[str], source: SourceCell | None) -> dict[str, Any] | None:
    kind = source.kind if source is not None else entry.get("cell_type")
    text = _text(entry.get("source"))
    if source is not None and source.locked:
        text = source.source
    if kind == "raw":
        kind, text = "markdown", "\n".join(f"    {line}" for line in text.splitlines())
    if kind not in ("code", "markdown"):
        return None
    if kind == "markdown" and text.strip() not in given:
        text = harmless(text)
    cell = _plain(kind, text, str(entry.get("id", "")))
    if source is not None:
        cell["metadata"] = {"nbgrader": dict(source.meta)}
    if kind == "code":
        outputs = entry.get("outputs")
        cleaned = (_output(output) for output in (outputs if isinstance(outputs, list) else []))
        cell["outputs"] = [output for output in cleaned if output]
    attachments = entry.get("attachments")
    if kind == "markdown" and isinstance(attachments, dict):
        pictures = {str(name): _pictures(data) for name, data in attachments.items()}
        cell["attachments"] = {name: data for name, data in pictures.items() if data}
    return cell


def _plain(kind: str, source: str, identity: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": identity, "metadata": {}, "source": source}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell


def _output(output: Any) -> dict[str, Any] | None:
    """Return a student's output as text and pictures; scripts, HTML and widgets are left out."""
    kind = output.get("output_type") if isinstance(output, dict) else None
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": clean(_text(output.get("text")), _OUTPUT_LIMIT)}
    if kind == "error":
        words = {key: clean(_text(output.get(key)), 2000) for key in ("ename", "evalue")}
        trace = clean(_text(output.get("traceback"), "\n"), _OUTPUT_LIMIT)
        return {"output_type": "error", **words, "traceback": trace.split("\n")}
    if kind in ("display_data", "execute_result"):
        data = _pictures(output.get("data"))
        if isinstance(output.get("data"), dict) and "text/plain" in output["data"]:
            data["text/plain"] = clean(_text(output["data"]["text/plain"]), _OUTPUT_LIMIT)
        if data:
            return {"output_type": "display_data", "metadata": {}, "data": data}
    return None


def _pictures(data: Any) -> dict[str, str]:
    pictures = {}
    for kind in _PICTURES:
        text = _text(data.get(kind)) if isinstance(data, dict) else ""
        if text and _BASE64.fullmatch(text):
            pictures[kind] = text
    return pictures


def _text(value: Any, joint: str = "") -> str:
    """Join nbformat's multi-line texts; anything else is no text. Lone surrogates cannot be written."""
    if isinstance(value, list):
        value = joint.join(part for part in value if isinstance(part, str))
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _unique_ids(cells: list[dict[str, Any]]) -> None:
    used: set[str] = set()
    for number, cell in enumerate(cells):
        identity = cell["id"]
        if not _CELL_ID.fullmatch(identity) or identity in used:
            identity = f"cell-{number}"
            while identity in used:
                identity += "-x"
        cell["id"] = identity
        used.add(identity)
