"""Notebook cells and the modules that they make up.

A cell belongs to a module when its first line is a comment that names the module's file
(`# models/seq2seq/Encoder.py`). A module is the concatenation of its cells in notebook order. Everything
here reads JSON and text: nothing is executed.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

_MODULE_LINE = re.compile(r"^#\s*(?P<path>[\w./-]+\.py)\s*$")
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_MAX_BRACKETS = 1_000_000  # objects and lists of a notebook: each takes some 70 bytes of memory, of the file only 3


class NotebookError(ValueError):
    """A file is not a notebook that can be read. The message says why in one line."""


@dataclass(frozen=True)
class Cell:
    """One notebook cell, as far as grading needs it.

    Attributes:
        notebook: file name of the notebook, e.g. `1_lstm.ipynb`.
        index: position in the notebook, from 0.
        kind: `code`, `markdown` or `raw`.
        source: text of the cell.
        nbgrader: nbgrader's metadata of the cell, empty where there is none.
        id: the cell's own id, empty before notebook format 4.5.
    """

    notebook: str
    index: int
    kind: str
    source: str
    nbgrader: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""

    @property
    def grade_id(self) -> str:
        """nbgrader's name of the cell, empty where it has none."""
        name = self.nbgrader.get("grade_id", "")
        return name if isinstance(name, str) else ""

    @property
    def module(self) -> str | None:
        """The module file that the cell's first line names, or None."""
        return module_line(self.source) if self.kind == "code" else None

    @property
    def where(self) -> str:
        """Where a person finds the cell, e.g. `1_lstm.ipynb, cell 7 (LSTM)`."""
        name = f" ({self.grade_id})" if self.grade_id else ""
        return f"{self.notebook}, cell {self.index + 1}{name}"


def module_line(source: str) -> str | None:
    """Return the path that the first non-blank line names as a comment, or None."""
    match = _MODULE_LINE.match(source.lstrip().split("\n", 1)[0].strip())
    return match["path"] if match else None


def plain_text(text: str) -> str:
    """Give a text the line ends of Unix, and take out what no source text can hold: NULs and halves of UTF-16 pairs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def parse_notebook(text: str, name: str, notes: list[str] | None = None) -> list[Cell]:
    """Read the cells of a notebook of any format from its JSON text, which may be broken or hostile.

    Args:
        text: the file's content.
        name: file name, used in messages and in `Cell.notebook`.
        notes: gets one sentence for each thing that was odd.

    Raises:
        NotebookError: the text is no notebook.
    """
    document = _parse_json(text, name, [] if notes is None else notes)
    if not isinstance(document, dict):
        raise NotebookError(f"{name} is not a notebook: its JSON is no object")
    raw = document.get("cells")
    if raw is None and isinstance(document.get("worksheets"), list):  # format 3
        sheets = [sheet for sheet in document["worksheets"] if isinstance(sheet, dict)]
        raw = [cell for sheet in sheets if isinstance(sheet.get("cells"), list) for cell in sheet["cells"]]
    if not isinstance(raw, list):
        raise NotebookError(f"{name} is not a notebook: it has no cells")
    return [_cell(entry, name, index) for index, entry in enumerate(raw) if isinstance(entry, dict)]


def _parse_json(text: str, name: str, notes: list[str]) -> Any:
    text = text.lstrip("\ufeff \t\r\n")
    if not text:
        raise NotebookError(f"{name} is not a notebook: it is empty")
    brackets = text.count("{") + text.count("[")
    if brackets > _MAX_BRACKETS and sum(map(_STRING.sub("", text).count, "{[")) > _MAX_BRACKETS:
        raise NotebookError(f"{name} is not a notebook: its JSON has over {_MAX_BRACKETS:,} parts")
    try:
        # Long numbers take Python seconds; nothing that we read is one.
        decoder = json.JSONDecoder(strict=False, parse_int=lambda digits: int(digits) if len(digits) < 20 else 0)
        document, end = decoder.raw_decode(text)
    except json.JSONDecodeError as error:
        if "\n<<<<<<< " in text:
            raise NotebookError(f"{name} is not a notebook: it has the marks of a merge conflict in it") from None
        cut_off = error.msg.startswith("Unterminated string") or not text[error.pos :].strip()
        where = "ends too early" if cut_off else f"is damaged at line {error.lineno}"
        raise NotebookError(f"{name} is not a notebook: its JSON {where}") from None
    except (ValueError, RecursionError, MemoryError):
        raise NotebookError(f"{name} is not a notebook: its JSON is nested too deep") from None
    if text[end:].strip("\0 \t\r\n"):
        notes.append(f"{name} goes on after the end of its JSON; what follows was passed over.")
    return document


def _cell(entry: dict[str, Any], notebook: str, index: int) -> Cell:
    source = entry.get("source")
    if source is None:
        source = entry.get("input", "")  # format 3
    if isinstance(source, list):
        lines = [part for part in source if isinstance(part, str)]
        # Some programs leave out the ends of lines, which a list of lines has everywhere but at its end.
        source = ("" if any(line.endswith("\n") for line in lines) else "\n").join(lines)
    if not isinstance(source, str):
        source = ""
    metadata = entry.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    kind, identity = entry.get("cell_type"), entry.get("id")
    return Cell(
        notebook=notebook,
        index=index,
        kind=kind if isinstance(kind, str) else "",
        source=plain_text(source),
        nbgrader=nbgrader if isinstance(nbgrader, dict) else {},
        id=identity if isinstance(identity, str) else "",
    )


def read_notebook(path: Path) -> list[Cell]:
    """Read the cells of a notebook file.

    Raises:
        NotebookError: the file cannot be read or is no notebook.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NotebookError(f"{path.name} cannot be read: {error}") from None
    return parse_notebook(text, path.name)


@dataclass(frozen=True)
class Segment:
    """One piece of a module: the lines from `first` (1-based) on come from the place named `where`."""

    first: int
    where: str


@dataclass(frozen=True)
class Module:
    """The source of one module and where its lines come from."""

    path: str
    source: str
    segments: tuple[Segment, ...]

    def locate(self, line: int) -> str:
        """Return where a person finds a line of the module, e.g. `1_lstm.ipynb, cell 7 (LSTM), line 12`."""
        for segment in reversed(self.segments):
            if line >= segment.first:
                return f"{segment.where}, line {line - segment.first + 1}"
        return f"{self.path}, line {line}"


@lru_cache(maxsize=64)
def syntax_tree(source: str) -> ast.Module:
    """Parse a text. Several rules read the same ones: the tree is theirs together, and none may change it.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: Python cannot read it.
    """
    return ast.parse(source)


def assemble(path: str, parts: Iterable[tuple[str, str]]) -> Module:
    """Concatenate the parts of one module.

    Args:
        path: the module's file, e.g. `models/naive/LSTM.py`.
        parts: pairs of (where a person finds it, source text), in order.
    """
    text = ""
    segments = []
    for where, source in parts:
        if text:
            text += "\n\n"
        segments.append(Segment(text.count("\n") + 1, where))
        text += source.rstrip("\n") + "\n"
    return Module(path, text, tuple(segments))


def assemble_modules(cells: Iterable[Cell]) -> dict[str, Module]:
    """Assemble every module that the cells name in their first lines, in the order of the cells."""
    parts: dict[str, list[tuple[str, str]]] = {}
    for cell in cells:
        if cell.module:
            parts.setdefault(cell.module, []).append((cell.where, cell.source))
    return {path: assemble(path, pieces) for path, pieces in parts.items()}
