"""Notebook cells and the modules that they make up."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.cells import (
    Cell,
    NotebookError,
    assemble,
    assemble_modules,
    module_line,
    parse_notebook,
    plain_text,
    read_notebook,
)

anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 5), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["cells", "worksheets", "source", "input", "metadata", "nbgrader", "cell_type", "id"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=25,
)
line = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=12)
sources = st.lists(line, max_size=6).map("\n".join)


def code(source: Any, **fields: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source} | fields


def parse(*cells: Any) -> list[Cell]:
    return parse_notebook(json.dumps({"nbformat": 4, "cells": list(cells)}), "a.ipynb")


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("# models/naive/LSTM.py\nclass A: ...", "models/naive/LSTM.py"),
        ("\n\n  #models/a_b.py  \n", "models/a_b.py"),
        ("# models/a.py is the file\n", None),
        ("x = 1\n# models/a.py\n", None),
        ("# models/a.txt", None),
        ("", None),
    ],
)
def test_the_first_line_names_the_module(source: str, path: str | None) -> None:
    assert module_line(source) == path


def test_a_markdown_cell_belongs_to_no_module() -> None:
    (cell,) = parse({"cell_type": "markdown", "source": "# models/a.py"})
    assert cell.module is None


def test_source_may_be_text_or_lines_of_any_system() -> None:
    cells = parse(code("a\r\nb\rc"), code(["a\n", "b\n", 3, "c"]), code(7), code(None))
    assert [cell.source for cell in cells] == ["a\nb\nc", "a\nb\nc", "", ""]


def test_a_cell_says_where_it_is() -> None:
    plain, named = parse(code("1"), code("2", metadata={"nbgrader": {"grade_id": "LSTM"}}, id="x"))
    assert (plain.where, named.where) == ("a.ipynb, cell 1", "a.ipynb, cell 2 (LSTM)")
    assert (named.grade_id, named.id, plain.grade_id, plain.id) == ("LSTM", "x", "", "")


@pytest.mark.parametrize("metadata", [None, [], "x", {"nbgrader": None}, {"nbgrader": {"grade_id": 3}}])
def test_odd_metadata_is_no_grade_id(metadata: Any) -> None:
    (cell,) = parse(code("1", metadata=metadata))
    assert cell.grade_id == ""


def test_format_3_is_read() -> None:
    document = {
        "nbformat": 3,
        "worksheets": [{"cells": [{"cell_type": "code", "input": ["a\n", "b"]}]}, {}, {"cells": 5}, 7],
    }
    (cell,) = parse_notebook(json.dumps(document), "old.ipynb")
    assert (cell.kind, cell.source) == ("code", "a\nb")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", "{}", '{"cells": 3}', '{"cells": null}', "[" * 9000, "NaN", '{"worksheets": 1}']
)
def test_what_is_no_notebook_is_refused_in_one_line_that_names_it(text: str) -> None:
    with pytest.raises(NotebookError, match=r"^mine\.ipynb is not a notebook: .*$") as caught:
        parse_notebook(text, "mine.ipynb")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        ("[1]", "its JSON is no object"),
        ('{"cells": 3}', "it has no cells"),
        ('{"cells": [', "its JSON ends too early"),
        ('{"cells": ["a', "its JSON ends too early"),
        ('{"cells": [\n1,\n}', "its JSON is damaged at line 3"),
        ('{"cells": [\n<<<<<<< HEAD\n]}', "it has the marks of a merge conflict in it"),
        ("[" * 200_000, "its JSON is nested too deep"),
        ('{"cells": [' + "{}," * 1_000_001 + "{}]}", "its JSON has over 1,000,000 parts"),
    ],
    ids=range(9),
)
def test_what_is_wrong_is_named(text: str, reason: str) -> None:
    with pytest.raises(NotebookError) as caught:
        parse_notebook(text, "a.ipynb")
    assert str(caught.value) == f"a.ipynb is not a notebook: {reason}"


@pytest.mark.parametrize(
    "text",
    [
        '\ufeff\ufeff {"cells": [%s]}',
        '{"cells": [], "cells": [%s]}',
        '{"cells": [%s], "n": NaN, "i": -Infinity, "x": ' + "9" * 100_000 + "}",
        '{"cells": [%s], "text": "a\n\tb", "more": "' + "[{" * 600_000 + '\\"[{"}',
        '{"cells": [%s]}\n\0\0\0',
    ],
    ids=["marks", "key twice", "numbers", "strings", "zeros"],
)
def test_odd_json_is_read_all_the_same(text: str) -> None:
    notes: list[str] = []
    (cell,) = parse_notebook(text.replace("%s", '{"cell_type": "code", "source": "x"}'), "a.ipynb", notes)
    assert (cell.source, notes) == ("x", [])


def test_what_follows_the_json_is_passed_over_and_noted() -> None:
    notes: list[str] = []
    assert parse_notebook('{"cells": []} {"cells": [1]}', "a.ipynb", notes) == []
    assert notes == ["a.ipynb goes on after the end of its JSON; what follows was passed over."]


@given(st.text())
def test_a_source_is_text_that_python_can_read_and_write(source: str) -> None:
    (cell,) = parse(code(source))
    cell.source.encode("utf-8")
    assert "\0" not in cell.source
    assert "\r" not in cell.source
    assert plain_text(cell.source) == cell.source


@given(anything)
def test_any_json_is_a_notebook_or_refused(value: Any) -> None:
    with contextlib.suppress(NotebookError):
        for cell in parse_notebook(json.dumps(value), "a.ipynb"):
            assert isinstance(cell.source, str)
            assert isinstance(cell.where, str)


def test_reading_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"cells": [code("ä")]}).encode())
    assert [cell.source for cell in read_notebook(path)] == ["ä"]
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(NotebookError, match=r"a\.ipynb cannot be read"):
        read_notebook(path)
    with pytest.raises(NotebookError, match=r"b\.ipynb cannot be read"):
        read_notebook(tmp_path / "b.ipynb")


@given(st.lists(st.tuples(st.text(min_size=1, max_size=3), sources), max_size=5))
def test_every_line_of_a_module_is_found_again(parts: list[tuple[str, str]]) -> None:
    module = assemble("models/a.py", parts)
    lines = module.source.split("\n")
    for segment, (where, source) in zip(module.segments, parts, strict=True):
        for number, text in enumerate(source.rstrip("\n").split("\n"), start=1):
            at = segment.first + number - 1
            assert lines[at - 1] == text
            assert module.locate(at) == f"{where}, line {number}"


def test_cells_of_two_notebooks_make_one_module_in_order() -> None:
    first = parse(code("# models/a.py\nx = 1\n\n\n"), code("y = 2"), code("# models/b.py\nz = 3"))
    second = parse_notebook(json.dumps({"cells": [code("# models/a.py\nx = 4")]}), "b.ipynb")
    made = assemble_modules([*first, *second])
    assert list(made) == ["models/a.py", "models/b.py"]
    assert made["models/a.py"].source == "# models/a.py\nx = 1\n\n\n# models/a.py\nx = 4\n"
    assert made["models/a.py"].locate(6) == "b.ipynb, cell 1, line 2"
    assert made["models/a.py"].locate(0) == "models/a.py, line 0"


def test_a_module_without_parts_is_empty() -> None:
    assert assemble("models/a.py", []).locate(1) == "models/a.py, line 1"
