"""Comparing what student code returned with what it should: type, then dtype, then shape, then values.

Each difference is a `Mismatch` with two texts: a brief one that gives no number away, for hidden tests, and a
full one with shapes or the worst element, for public tests.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from typing import Any

import numpy
import torch

# float32 of a few hundred operations against the same in another order: 64 units in the last place.
ATOL = 1e-5
RTOL = 1e-4
_DEVICES = ("cpu", "meta", "cuda", "mps", "xpu")
_KINDS = {*vars(builtins), *vars(torch.nn), "Size", "PackedSequence", "function", "method", "generator", "ndarray"}


class Mismatch(AssertionError):
    """Student code returned something else than it should.

    Attributes:
        brief: what is wrong, without inputs or expected values.
        detail: shapes, worst element, tolerance; for public tests only.
        measured: numbers of the comparison by name, for reports and diagnosis.
        compared: the expected and the received tensor, or their shapes, for an instructor's eyes.
    """

    def __init__(
        self,
        brief: str,
        detail: str = "",
        measured: Mapping[str, Any] | None = None,
        compared: tuple[Any, ...] = (),
    ) -> None:
        super().__init__(f"{brief}\n{detail}" if detail else brief)
        self.brief = brief
        self.detail = detail
        self.measured = dict(measured or {})
        self.compared = compared


def require(condition: bool, brief: str, detail: str = "") -> None:
    """Fail with a sentence unless the condition holds."""
    if not condition:
        raise Mismatch(brief, detail)


def require_tuple(got: Any, parts: Sequence[str], what: str) -> tuple[Any, ...]:
    """Return `got` as a tuple of exactly the named parts, e.g. `("h_t", "c_t")`; a list will do.

    Raises:
        Mismatch: it is anything else.
    """
    named = ", ".join(parts)
    if not isinstance(got, (tuple, list)):
        raise Mismatch(f"{what} should return a tuple ({named}), but returned {describe(got, sizes=False)}")
    if len(got) != len(parts):
        raise Mismatch(f"{what} should return {len(parts)} values ({named}), but returned {len(got)}")
    return tuple(got)


def require_tensor(got: Any, shape: Sequence[int], what: str, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Return `got` if it is a tensor of that shape and dtype.

    Raises:
        Mismatch: it is anything else.
    """
    if not isinstance(got, torch.Tensor):
        raise Mismatch(f"{what} should be a tensor, but is {describe(got, sizes=False)}", f"got {describe(got)}")
    if got.layout is not torch.strided or got.device.type == "meta":
        raise Mismatch(f"{what} should be an ordinary tensor, not a sparse one or one without values")
    if tuple(got.shape) != tuple(shape):
        raise Mismatch(
            f"the shape of {what} is wrong",
            f"expected shape {_sizes(shape)}, got {_sizes(got.shape)}",
            {"expected_shape": list(shape), "got_shape": list(got.shape)},
            (tuple(shape), tuple(got.shape)),
        )
    if got.dtype != dtype:
        raise Mismatch(f"the dtype of {what} is {_dtype(got.dtype)} and should be {_dtype(dtype)}")
    return got


def require_close(
    got: Any, expected: torch.Tensor, what: str, atol: float = ATOL, rtol: float = RTOL, hint: str = ""
) -> None:
    """Fail unless `got` is a tensor of the same dtype and shape with values within atol + rtol·|expected|.

    Args:
        got: what student code returned.
        expected: the right values.
        what: name of the value in the sentence, e.g. `h_t`.
        atol, rtol: tolerances.
        hint: one next thing to try, shown with the full text.

    Raises:
        Mismatch: they differ; nothing is broadcast.
    """
    got = require_tensor(got, expected.shape, what, expected.dtype)
    if not expected.is_floating_point():
        wrong = got != expected
        excess = wrong.to(torch.float32)
    else:
        if _all_close(got, expected, atol, rtol):  # as a rule; NaN and infinity go the long way
            return
        bound = atol + rtol * expected.abs()
        error = (got.to(torch.float64) - expected.to(torch.float64)).abs()
        same = (got == expected) | (got.isnan() & expected.isnan())
        # NaN compares false with everything: count it as the largest error.
        excess = torch.where(same, torch.zeros_like(error), torch.nan_to_num(error / bound, nan=float("inf")))
        wrong = excess > 1
    count = int(wrong.sum())
    if not count:
        return
    index = _worst(excess)
    brief = f"the values of {what} are wrong"
    if _newly_infinite(got, expected):
        brief = f"some values of {what} are not finite (NaN or infinity)"
    detail = (
        f"{count} of {wrong.numel()} values differ; the worst stands at {_sizes(index)}: "
        f"expected {_number(expected[index])}, got {_number(got[index])} (tolerance {atol:g} + {rtol:g}·|expected|)"
    )
    measured = {"wrong": count, "of": wrong.numel(), "index": list(index)}
    raise Mismatch(brief, f"{detail}\n{hint}" if hint else detail, measured, (expected, got))


def _all_close(got: torch.Tensor, expected: torch.Tensor, atol: float, rtol: float) -> bool:
    """Like `torch.allclose`, which takes three times as long for small tensors."""
    if expected.dtype not in (torch.float32, torch.float64) or not (got.is_cpu and expected.is_cpu):
        return torch.allclose(got, expected, rtol, atol)
    one, other = (value.detach().resolve_neg().numpy() for value in (got, expected))
    with numpy.errstate(invalid="ignore"):
        return bool((atol + rtol * numpy.abs(other) - numpy.abs(one - other) >= 0).all())


def is_close(got: Any, expected: torch.Tensor, atol: float = ATOL, rtol: float = RTOL) -> bool:
    """Would `require_close` pass?"""
    try:
        require_close(got, expected, "", atol, rtol)
    except Mismatch:
        return False
    return True


def describe(value: Any, sizes: bool = True) -> str:
    """Name a value's type in words.

    Args:
        value: the value.
        sizes: its shape, too, and names that the student may have made up; for public tests only.
    """
    if isinstance(value, torch.Tensor):
        return f"a tensor of shape {_sizes(value.shape)}" if sizes else "a tensor"
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    if value is None:
        return "None"
    name = type(value).__name__
    if name == "Meta":  # a tensor whose values do not come over the pipe: sparse, complex, on another device
        dtype = value.dtype if isinstance(getattr(torch, value.dtype, None), torch.dtype) else "of its own"
        device = value.device if value.device in _DEVICES else "another device"
        return f"a tensor of dtype {dtype} on {device} that is not an ordinary one"
    kind = value.kind if name == "Opaque" else name
    # A class could be named after the inputs that a hidden test sends.
    return f"a {kind}" if sizes or kind in _KINDS else "an object of another type"


def _newly_infinite(got: torch.Tensor, expected: torch.Tensor) -> bool:
    return got.is_floating_point() and bool((~got.isfinite() & expected.isfinite()).any())


def _worst(excess: torch.Tensor) -> tuple[int, ...]:
    flat = int(excess.flatten().argmax())
    index = []
    for size in reversed(excess.shape):
        flat, rest = divmod(flat, size)
        index.append(rest)
    return tuple(reversed(index))


def _number(value: torch.Tensor) -> str:
    return f"{value.item():.6g}"


def _sizes(sizes: Sequence[int]) -> str:
    return "(" + ", ".join(str(size) for size in sizes) + ("," if len(sizes) == 1 else "") + ")"


def _dtype(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
