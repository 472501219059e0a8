"""Five tests of an LSTM, in the formats of otter-grader, of nbgrader and of ours: the same checks, a point each."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from autograder.authoring.archive import zip_bytes
from autograder.authoring.course import Course

ANSWER = """\
import torch
from torch import nn


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        for gate in "ifgo":
            setattr(self, f"W_i{gate}", nn.Parameter(torch.randn(input_size, hidden_size) * 0.1))
            setattr(self, f"b_i{gate}", nn.Parameter(torch.zeros(hidden_size)))
            setattr(self, f"W_h{gate}", nn.Parameter(torch.randn(hidden_size, hidden_size) * 0.1))
            setattr(self, f"b_h{gate}", nn.Parameter(torch.zeros(hidden_size)))

    def forward(self, x):
        h = c = x.new_zeros(x.shape[0], self.hidden_size)
        for step in x.unbind(1):
            i, f, g, o = (
                step @ getattr(self, f"W_i{gate}") + getattr(self, f"b_i{gate}")
                + h @ getattr(self, f"W_h{gate}") + getattr(self, f"b_h{gate}")
                for gate in "ifgo"
            )
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
        return h, c
"""
COMPARE = """\
def same(n, t, size, hidden):
    torch.manual_seed(n + t)
    mine, right = LSTM(size, hidden), torch.nn.LSTM(size, hidden, batch_first=True)
    with torch.no_grad():
        for part, kind in (("i", "ih"), ("h", "hh")):
            for name, letter in (("weight", "W"), ("bias", "b")):
                values = [getattr(mine, f"{letter}_{part}{gate}").t() for gate in "ifgo"]
                getattr(right, f"{name}_{kind}_l0").copy_(torch.cat(values))
    x = torch.randn(n, t, size)
    h, c = mine(x)
    _, (h_right, c_right) = right(x)
    return torch.allclose(h, h_right[0], atol=1e-5) and torch.allclose(c, c_right[0], atol=1e-5)


"""
MARKER = "# models/LSTM.py"
SOURCE = f"{MARKER}\n{ANSWER}"
PLAIN = {
    "parameters": "assert len(list(LSTM(3, 5).parameters())) == 16\n",
    "shapes": "assert [tuple(part.shape) for part in LSTM(3, 5)(torch.randn(2, 4, 3))] == [(2, 5), (2, 5)]\n",
    "one_step": COMPARE + "assert same(4, 1, 3, 5)\n",
    "many_steps": COMPARE + "assert same(7, 11, 2, 3)\n",
    "gradients": "mine = LSTM(3, 5)\nsum(part.sum() for part in mine(torch.randn(2, 4, 3))).backward()\n"
    "assert all(p.grad is not None for p in mine.parameters())\n",
}
_OURS = '''\
"""Five tests of an LSTM."""

import pytest
import torch

from autograder.judging.compare import require, require_close

step = pytest.mark.step("lstm")


def same(student, n, t, size, hidden):
    generator = torch.Generator().manual_seed(n + t)
    right = torch.nn.LSTM(size, hidden, batch_first=True)
    weights = {}
    with torch.no_grad():
        for part, kind in (("i", "ih"), ("h", "hh")):
            for name, letter in (("weight", "W"), ("bias", "b")):
                whole = getattr(right, f"{name}_{kind}_l0")
                whole.copy_(torch.randn(whole.shape, generator=generator) * 0.3)
                weights |= {f"{letter}_{part}{gate}": value.t() for gate, value in zip("ifgo", whole.chunk(4))}
        x = torch.randn(n, t, size, generator=generator)
        _, (h_right, c_right) = right(x)
    h, c = student.build("LSTM", size, hidden).load(weights).call(x)
    require_close(h, h_right[0], "h")
    require_close(c, c_right[0], "c")


@step
def test_parameters(student):
    """Sixteen parameters."""
    require(len(student.build("LSTM", 3, 5).structure.parameters) == 16, "there should be sixteen parameters")


@step
def test_shapes(student):
    """The shapes are right."""
    got = student.build("LSTM", 3, 5).call(torch.randn(2, 4, 3))
    require([tuple(part.shape) for part in got] == [(2, 5), (2, 5)], "the shapes are wrong")


@step
def test_one_step(student):
    """One step is right."""
    same(student, 4, 1, 3, 5)


@step
def test_many_steps(student):
    """Many steps are right."""
    same(student, 7, 11, 2, 3)


@step
def test_gradients(student):
    """A gradient reaches every parameter."""
    found = student.build("LSTM", 3, 5).gradients(torch.randn(2, 4, 3), cotangents=[torch.ones(2, 5)] * 2)
    require(all(value is not None for value in found.parameters.values()), "a parameter has no gradient")
'''


def cell(kind: str, name: str, source: str, **metadata: Any) -> dict[str, Any]:
    """A cell of a notebook."""
    more = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": name.replace("_", "-"), "metadata": metadata, "source": source, **more}


def notebook(cells: list[dict[str, Any]]) -> str:
    """The JSON of a notebook."""
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def answered(text: str) -> str:
    """A student's notebook with the right answer in it."""
    document = json.loads(text)
    (found,) = (one for one in document["cells"] if "".join(one["source"]).startswith(MARKER))
    found["source"] = SOURCE
    return json.dumps(document)


def otter_master() -> str:
    """The instructor's notebook for `otter assign`."""
    cells = [
        cell("raw", "config", "# ASSIGNMENT CONFIG\nexport_cell: false\ngenerate: true\ninit_cell: false\n"),
        cell("raw", "question", "# BEGIN QUESTION\nname: lstm\n"),
        cell("raw", "solution", "# BEGIN SOLUTION"),
        cell("code", "answer", f"{MARKER}\n# BEGIN SOLUTION\n{ANSWER}# END SOLUTION"),
        cell("raw", "solution-end", "# END SOLUTION"),
        cell("raw", "tests", "# BEGIN TESTS"),
    ]
    for name, lines in PLAIN.items():
        cells.append(
            cell("code", name, f'""" # BEGIN TEST CONFIG\npoints: 1\nhidden: true\n""" # END TEST CONFIG\n{lines}')
        )
    return notebook([*cells, cell("raw", "tests-end", "# END TESTS"), cell("raw", "question-end", "# END QUESTION")])


def require_otter(results: Path) -> None:
    """Was it graded, with full marks?"""
    found = json.loads(results.read_text(encoding="utf-8"))
    score = sum(test.get("score") or 0 for test in found["tests"])
    assert score == 5, f"otter gives {score} of 5"


def nbgrader_source() -> str:
    """The instructor's notebook for nbgrader."""
    cells = [
        cell(
            "code",
            "answer",
            f"{MARKER}\n### BEGIN SOLUTION\n{ANSWER}### END SOLUTION",
            **_marks("answer", solution=True),
        )
    ]
    for name, lines in PLAIN.items():
        hidden = f"### BEGIN HIDDEN TESTS\n{lines}### END HIDDEN TESTS"
        cells.append(cell("code", name, hidden, **_marks(name, grade=True, locked=True, points=1)))
    return notebook(cells)


def _marks(name: str, **kind: Any) -> dict[str, Any]:
    base = {"grade": False, "grade_id": name, "locked": False, "schema_version": 3, "solution": False, "task": False}
    return {"nbgrader": base | kind}


def require_nbgrader(database: Path, size: int) -> None:
    """Was everyone graded, with full marks?"""
    with sqlite3.connect(database) as opened:
        rows = opened.execute("SELECT auto_score FROM grade").fetchall()
    assert rows == [(1.0,)] * 5 * size, f"nbgrader gives {sum(score or 0 for (score,) in rows)} of {5 * size}"


def course(root: Path) -> Course:
    """A course of ours with the five tests."""
    made = Course(root)
    source, tests = made.source("lstm"), made.tests("hidden", "lstm")
    source.mkdir(parents=True)
    tests.mkdir(parents=True)
    (source / "assignment.toml").write_text(
        'title = "An LSTM"\n\n[imports]\nallowed = ["torch", "torch.nn"]\n', "utf-8"
    )
    stub = f"{MARKER}\nimport torch\nfrom torch import nn\n\n\n"
    body = ANSWER.partition("class LSTM(nn.Module):\n")[2]
    marked = f"{stub}class LSTM(nn.Module):\n    ### BEGIN SOLUTION pass\n{body}    ### END SOLUTION\n"
    cells = [
        cell("code", "LSTM", marked, **_marks("LSTM", solution=True)),
        cell("code", "lstm", 'check("lstm")', **_marks("lstm", grade=True, locked=True, points=5)),
    ]
    (source / "lstm.ipynb").write_text(notebook(cells), encoding="utf-8")
    (tests / "test_lstm.py").write_text(_OURS, encoding="utf-8")
    return made


def hand_in(path: Path) -> None:
    """A student's zip."""
    path.write_bytes(zip_bytes({"models/LSTM.py": ANSWER.encode()}))
