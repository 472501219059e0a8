"""Calling `dL2_dU` and reading what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from autograder.isolation.handles import Student
from autograder.judging.compare import Mismatch, describe, require, require_close, require_tensor

NAMES = ("x", "y", "U", "W", "V", "b", "c")


def gradient(student: Student, given: Mapping[str, Any]) -> torch.Tensor:
    """Call the student's function with copies of the arrays; return its result as a tensor of shape (H, D)."""
    got = student.call("dL2_dU", *(np.array(given[name]) for name in NAMES))
    what = "the gradient"
    if not isinstance(got, np.ndarray):
        if describe(got) == "a ndarray":  # of a dtype that cannot be sent
            raise Mismatch(f"{what} should have dtype float64")
        raise Mismatch(f"{what} should be a NumPy array, but is {describe(got, sizes=False)}")
    try:
        tensor = torch.from_numpy(np.ascontiguousarray(got).reshape(got.shape))
    except (TypeError, ValueError):
        raise Mismatch(f"the dtype of {what} is {got.dtype} and should be float64") from None
    return require_tensor(tensor, np.shape(given["U"]), what, torch.float64)


def require_unchanged(student: Student, given: Mapping[str, Any]) -> None:
    """Fail where the last call has changed one of its arrays in place."""
    now = student.ask({"op": "arguments"}, "dL2_dU's arguments", list).value
    for name, value in zip(NAMES, now, strict=True):
        require(np.array_equal(value, given[name]), f"dL2_dU changes its argument {name}")


def require_gradient(student: Student, given: Mapping[str, Any], expected: Any) -> None:
    """Fail unless the student's gradient is the expected one: float64, so nearly all digits count."""
    expected = torch.as_tensor(expected, dtype=torch.float64)
    require_close(gradient(student, given), expected, "the gradient", atol=1e-8, rtol=1e-6)
