"""What the engine sees to while student code runs: memory that nobody fills is NaN, so that it is wrong each time."""

from __future__ import annotations

import torch
from torch import nn

from autograder.isolation.handles import Student
from autograder.isolation.local import LocalTransport


class Unfilled(nn.Module):
    """A parameter that is never filled, and a result of which one row is filled."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        self.filled = nn.Parameter(torch.empty(3).zero_())

    def forward(self) -> torch.Tensor:
        """Two rows."""
        rows = torch.empty(2, 3)
        rows[0] = 1.0
        return rows


def test_memory_that_nobody_fills_is_nan_and_other_code_is_left_alone() -> None:
    model = Student(LocalTransport({"Unfilled": Unfilled}.__getitem__, {}, lambda _: False)).build("Unfilled")
    weights = model.weights()
    assert bool(weights["weight"].isnan().all())
    assert weights["filled"].tolist() == [0.0, 0.0, 0.0]
    rows = model.call()
    assert rows[0].tolist() == [1.0, 1.0, 1.0]
    assert bool(rows[1].isnan().all())
    assert torch.get_deterministic_debug_mode() == 0
