"""The gradient of the loss at t = 2 by PyTorch's autograd, in float64."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from autograder.judging.drawn import drawn_once


@drawn_once
def case(generator: torch.Generator, inputs: int, hidden: int, classes: int) -> tuple[dict[str, Any], torch.Tensor]:
    """Random arrays for an RNN of these sizes, and the gradient."""
    given = _draw(generator, inputs, hidden, classes)
    return given, _autograd(given)


def _draw(generator: torch.Generator, inputs: int, hidden: int, classes: int) -> dict[str, Any]:
    """Random arrays for an RNN of these sizes."""

    def normal(*shape: int) -> Any:
        return torch.randn(shape, generator=generator, dtype=torch.float64).numpy()

    return {
        "x": normal(3, inputs),
        "y": torch.randint(classes, (3,), generator=generator).numpy(),
        "U": normal(hidden, inputs) * 0.6,
        "W": normal(hidden, hidden) * 0.8,
        "V": normal(classes, hidden),
        "b": normal(hidden) * 0.5,
        "c": normal(classes),
    }


def _autograd(given: Mapping[str, Any]) -> torch.Tensor:
    """The gradient, (H, D)."""
    x, y, U, W, V, b, c = (torch.from_numpy(np.array(given[name])) for name in ("x", "y", "U", "W", "V", "b", "c"))
    U.requires_grad_()
    h = torch.zeros_like(b)
    for t in (0, 1):
        h = torch.tanh(U @ x[t] + W @ h + b)
    F.cross_entropy(V @ h + c, y[1]).backward()
    assert U.grad is not None
    return U.grad
