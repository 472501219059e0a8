"""Comparing: type, then shape, then dtype, then values, and nothing is broadcast."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.isolation.engine import Opaque
from autograder.isolation.wire.packing import Meta
from autograder.judging.compare import (
    ATOL,
    Mismatch,
    describe,
    is_close,
    require,
    require_close,
    require_tensor,
    require_tuple,
)

NAN, INF = float("nan"), float("inf")


def mismatch(got: Any, expected: Any, **options: Any) -> Mismatch:
    with pytest.raises(Mismatch) as caught:
        require_close(got, torch.as_tensor(expected), "y", **options)
    return caught.value


def test_equal_values_pass() -> None:
    for value in (torch.rand(2, 3), torch.tensor(1.5), torch.tensor([NAN, INF, -INF]), torch.empty(0, 2)):
        require_close(value.clone(), value, "y")
    require_close(torch.tensor([True]), torch.tensor([True]), "y")
    require_close(torch.tensor([2**62]), torch.tensor([2**62]), "y")


@given(st.floats(-1e4, 1e4, width=32), st.floats(0, 3))
def test_the_tolerance_is_absolute_plus_relative(expected: float, part: float) -> None:
    wanted = torch.tensor([expected], dtype=torch.float64)
    bound = 1e-3 + 1e-2 * abs(expected)
    assert is_close(wanted + bound * part, wanted, 1e-3, 1e-2) == (part <= 1) or abs(part - 1) < 1e-6


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ([1.0, 2.001], [1.0, 2.0]),
        ([1.0, NAN], [1.0, 2.0]),
        ([1.0, INF], [1.0, 2.0]),
        ([1.0, 2.0], [1.0, NAN]),
        ([1.0, 2.0], [1.0, INF]),
        ([1.0, -INF], [1.0, INF]),
        ([0.0, 2e-5], [0.0, 0.0]),
    ],
)
def test_different_values_fail_at_the_worst(got: list[float], expected: list[float]) -> None:
    error = mismatch(torch.tensor(got), expected)
    assert error.measured == {"wrong": 1, "of": 2, "index": [1]}
    assert "the worst stands at (1,)" in error.detail


def test_the_worst_is_the_largest_for_its_tolerance() -> None:
    error = mismatch(torch.tensor([[1.1, 1000.5], [3.0, 4.0]]), [[1.0, 1000.0], [3.0, 4.0]])
    assert error.brief == "the values of y are wrong"
    assert error.detail.startswith("2 of 4 values differ; the worst stands at (0, 0): expected 1, got 1.1 (tolerance ")


def test_what_is_not_finite_is_told_so() -> None:
    assert mismatch(torch.tensor([NAN]), [1.0]).brief == "some values of y are not finite (NaN or infinity)"
    assert mismatch(torch.tensor([1.0]), [NAN]).brief == "the values of y are wrong"


def test_whole_numbers_must_be_equal() -> None:
    assert mismatch(torch.tensor([2**53 + 1]), [2**53]).measured["wrong"] == 1
    assert mismatch(torch.tensor([True, False]), [True, True]).measured["index"] == [1]


@pytest.mark.parametrize("shape", [(1, 3), (3,), (2, 1), (1,), (), (3, 2), (2, 3, 1)])
def test_nothing_is_broadcast(shape: tuple[int, ...]) -> None:
    error = mismatch(torch.ones(shape), torch.ones(2, 3))
    assert error.brief == "the shape of y is wrong"
    assert error.detail.startswith("expected shape (2, 3), got (")


def test_dtypes_must_agree() -> None:
    assert mismatch(torch.ones(2, dtype=torch.float64), torch.ones(2)).brief == (
        "the dtype of y is float64 and should be float32"
    )
    assert mismatch(torch.ones(2), torch.ones(2, dtype=torch.int64)).brief.endswith("should be int64")


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (None, "is None"),
        (1.0, "is a float"),
        ((torch.ones(2),), "is a tuple of 1"),
        ([], "is a list of 0"),
        (Opaque("LSTM"), "is a LSTM"),
        (Opaque("Input_11_25"), "is an object of another type"),
        (Meta((2,), "11.25", "input 11.25"), "of dtype of its own on another device"),
        (torch.ones(2).numpy(), "is a ndarray"),
        (Meta((2,), "complex64", "cpu"), "complex64"),
        (Meta((2,), "float32", "meta"), "meta"),
    ],
)
def test_what_is_no_tensor_is_named(got: Any, words: str) -> None:
    with pytest.raises(Mismatch) as caught:
        require_tensor(got, (2,), "y")
    assert "should be a tensor" in caught.value.brief
    assert words in caught.value.brief


def test_tuples_have_named_parts() -> None:
    assert require_tuple([1, 2], ("h", "c"), "f") == (1, 2)
    for got, words in (
        (None, "should return a tuple (h, c), but returned None"),
        (torch.ones(2), "but returned a tensor"),
        ((1, 2, 3), "should return 2 values (h, c), but returned 3"),
        ("hc", "but returned a str"),
    ):
        with pytest.raises(Mismatch) as caught:
            require_tuple(got, ("h", "c"), "f")
        assert words in caught.value.brief


def test_a_brief_gives_no_number_of_the_answer_away() -> None:
    for got in (torch.tensor([1.5, 0.25]), torch.ones(3), torch.ones(2, dtype=torch.float64), None):
        brief = mismatch(got, [41.25, 38.5], hint="use 41.25").brief
        assert not any(number in brief for number in ("41", "38", "(2", "(3"))
    assert mismatch(torch.ones(2), [41.25, 38.5], hint="use 41.25").detail.endswith("\nuse 41.25")


def test_require_and_describe() -> None:
    require(True, "fine")
    with pytest.raises(Mismatch, match="not fine\nmore"):
        require(False, "not fine", "more")
    assert describe(torch.ones(2, 3)) == "a tensor of shape (2, 3)"
    assert describe(torch.ones(4), sizes=False) == "a tensor"
    assert is_close(torch.tensor([ATOL / 2]), torch.zeros(1))
    assert not is_close("x", torch.zeros(1))
