"""A small LSTM assignment in the format of `otter assign`, for a comparison of costs: six tests of a point each."""

from __future__ import annotations

import json
from typing import Any

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
_TESTS = (
    "assert len(list(LSTM(3, 5).parameters())) == 16",
    "assert [tuple(part.shape) for part in LSTM(3, 5)(torch.randn(2, 4, 3))] == [(2, 5), (2, 5)]",
    COMPARE + "assert same(1, 1, 3, 5)",
    COMPARE + "assert same(4, 2, 3, 5)",
    COMPARE + "assert same(7, 11, 2, 3)",
    "mine = LSTM(3, 5)\nsum(part.sum() for part in mine(torch.randn(2, 4, 3))).backward()\n"
    "assert all(p.grad is not None for p in mine.parameters())",
)


def master() -> str:
    """The instructor's notebook."""
    cells = [
        _cell("raw", "# ASSIGNMENT CONFIG\nexport_cell: false\ngenerate: true\ninit_cell: false\n"),
        _cell("raw", "# BEGIN QUESTION\nname: lstm\n"),
        _cell("raw", "# BEGIN SOLUTION"),
        _cell("code", f"# BEGIN SOLUTION\n{ANSWER}# END SOLUTION"),
        _cell("raw", "# END SOLUTION"),
        _cell("raw", "# BEGIN TESTS"),
        *(
            _cell("code", f'""" # BEGIN TEST CONFIG\npoints: 1\nhidden: true\n""" # END TEST CONFIG\n{t}')
            for t in _TESTS
        ),
        _cell("raw", "# END TESTS"),
        _cell("raw", "# END QUESTION"),
    ]
    return json.dumps(_notebook(cells))


def submission(assigned: str) -> str:
    """A student's notebook: the right answer, with what `otter assign` wrote about the notebook."""
    made = _notebook([_cell("code", ANSWER)])
    made["metadata"] = json.loads(assigned)["metadata"]
    return json.dumps(made)


def _notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _cell(kind: str, source: str) -> dict[str, Any]:
    more = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": source, **more}
