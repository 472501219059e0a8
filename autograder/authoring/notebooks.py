"""The one form in which a notebook leaves the build: no outputs, no stray metadata, an id for every cell."""

from __future__ import annotations

import json
import re
from typing import Any

from autograder.authoring.cells import NotebookError

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_CELL_METADATA = ("deletable", "editable", "nbgrader", "tags")
_EMPTY_URL = re.compile(r'^STUDENT_ZIP = ""(?=[ \t]*(?:#.*)?$)', re.MULTILINE)


def parse(text: str, name: str) -> dict[str, Any]:
    """Read a notebook of format 4 as JSON.

    Raises:
        NotebookError: it is none.
    """
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotebookError(f"{name} is not a notebook: {error}") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise NotebookError(f"{name} is not a notebook of format 4; open it in JupyterLab and save it again")
    return notebook


def normalise(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return the notebook with only what a reader needs.

    Outputs, widget state and unknown metadata go. An attachment stays only where the cell's text shows it:
    the picture in a model answer goes with the answer. Cells without an id of their own get one by position.
    """
    taken: set[str] = set()
    cells = [_cell(cell, index, taken) for index, cell in enumerate(notebook["cells"], start=1)]
    return {
        "cells": cells,
        "metadata": {"kernelspec": dict(KERNEL), "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(cell: dict[str, Any], index: int, taken: set[str]) -> dict[str, Any]:
    source = cell.get("source", "")
    text = "".join(source) if isinstance(source, list) else str(source)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kind = cell.get("cell_type", "raw")
    metadata = cell.get("metadata") or {}
    identity = cell.get("id")
    if not isinstance(identity, str) or identity in taken:
        identity = f"cell-{index}"
        while identity in taken:
            identity += "-again"
    taken.add(identity)
    clean: dict[str, Any] = {
        "cell_type": kind,
        "id": identity,
        "metadata": {key: metadata[key] for key in _CELL_METADATA if key in metadata},
        "source": text.splitlines(keepends=True),
    }
    if kind == "code":
        clean |= {"execution_count": None, "outputs": []}
    else:
        attachments = cell.get("attachments") or {}
        shown = {name: data for name, data in attachments.items() if f"attachment:{name}" in text}
        if shown:
            clean["attachments"] = shown
    return clean


def with_url(notebook: dict[str, Any], url: str) -> dict[str, Any]:
    """Return a normalised notebook in which given code cells know where the student zip is.

    Args:
        notebook: its line `STUDENT_ZIP = ""` is what is filled in; a notebook without one stays as it is.
        url: the address; empty where there is none.
    """
    if not url:
        return notebook
    line = f"STUDENT_ZIP = {json.dumps(url, ensure_ascii=False)}"
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            text = _EMPTY_URL.sub(lambda _: line, "".join(cell["source"]))
            cell = cell | {"source": text.splitlines(keepends=True)}
        cells.append(cell)
    return notebook | {"cells": cells}


def dump(notebook: dict[str, Any]) -> str:
    """Write a notebook as Jupyter does: keys sorted, one space of indentation, a newline at the end."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
