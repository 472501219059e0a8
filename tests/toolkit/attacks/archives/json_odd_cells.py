"""Cells that are numbers, texts and nulls, with sources and metadata of every wrong type, around the right one.

They are passed over: it is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import BOOK, GRADED, code_cell, edited, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    odd = [None, 7, "cell", [], {}, code_cell(None), code_cell(3), code_cell({"a": 1}), code_cell([1, None, ["x"]])]
    odd += [code_cell("x", metadata=value) for value in (None, [], 5, {"nbgrader": []}, {"nbgrader": {"grade_id": {}}})]
    odd += [{"cell_type": kind, "source": "x"} for kind in (None, 3, {}, "heading", "")]
    zipped(path, {BOOK: edited(lambda made: made["cells"].extend(odd))})
