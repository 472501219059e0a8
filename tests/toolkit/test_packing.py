"""Values that are packed arrive as they are, and what cannot be carried arrives as a description."""

from __future__ import annotations

import math
from typing import Any

import numpy
import pytest
import torch
from frames import DTYPES, plain, there_and_back
from hypothesis import given
from hypothesis import strategies as st

from autograder.isolation.engine import Opaque, Ref
from autograder.isolation.wire.packing import HEADER, MAX_TENSORS, Meta, pack, pack_limited


def same(one: Any, other: Any) -> bool:
    """Equal in type too, and NaN equals NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


@given(plain)
def test_plain_values_arrive_as_they_are(value: Any) -> None:
    assert same(there_and_back(value), value)


@given(st.sampled_from(DTYPES), st.lists(st.integers(0, 3), max_size=4), st.integers(0, 2**32))
def test_tensors_arrive_bit_for_bit(dtype: torch.dtype, shape: list[int], seed: int) -> None:
    sent = (torch.rand(shape, generator=torch.Generator().manual_seed(seed)) * 100).to(dtype)
    got = there_and_back({"a": [sent, (sent,)]})["a"][0]
    assert (got.dtype, got.shape, got.requires_grad) == (dtype, sent.shape, False)
    assert torch.equal(got, sent)


@given(st.lists(st.lists(st.integers(0, 3), max_size=3), max_size=5), st.integers(0, 2**32))
def test_weights_arrive_bit_for_bit_and_apart(shapes: list[list[int]], seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    sent = {f"layer.{number}": torch.randn(shape, generator=generator) for number, shape in enumerate(shapes)}
    sent = {name: value.T if value.dim() == 2 else value for name, value in sent.items()}
    got = there_and_back({"weights": sent})["weights"]
    assert list(got) == list(sent)
    assert all(torch.equal(got[name], value) for name, value in sent.items())
    for value in got.values():
        value.fill_(7)  # changes no other
    assert all(bool((value == 7).all()) for value in got.values())


def test_weights_of_several_kinds_arrive() -> None:
    sent = {
        "a": torch.ones(2),
        "b": torch.ones(3, dtype=torch.float64),
        "c": None,
        "d": torch.nn.Parameter(torch.ones(1)),
    }
    for kinds in ("ab", "ac", "ad", "dd", "a"):
        got = there_and_back({kind: sent[kind] for kind in kinds})
        assert list(got) == list(dict.fromkeys(kinds))
        assert all(value is None or torch.equal(value, sent[kind]) for kind, value in got.items())


def test_a_view_arrives_alone_and_in_order() -> None:
    whole = torch.arange(12.0).reshape(3, 4)
    turned, rows = there_and_back([whole.T, whole[::2]])
    assert torch.equal(turned, whole.T)
    assert turned.is_contiguous()
    assert rows.tolist() == [[0, 1, 2, 3], [8, 9, 10, 11]]


def test_expanded_and_shared_tensors_arrive() -> None:
    one = torch.ones(1).expand(5)
    first, second = there_and_back((one, one))
    assert first.tolist() == second.tolist() == [1.0] * 5
    first[0] = 7
    assert second[0] == 1


def test_no_dimension_and_no_element() -> None:
    scalar, empty = there_and_back([torch.tensor(True), torch.empty(0, 3, dtype=torch.int64)])
    assert (scalar.shape, scalar.dtype, scalar.item()) == ((), torch.bool, True)
    assert (empty.shape, empty.dtype) == ((0, 3), torch.int64)


def test_not_a_number_arrives() -> None:
    number, tensor = there_and_back([float("nan"), torch.tensor([float("nan"), float("-inf")])])
    assert math.isnan(number)
    assert tensor.isnan().tolist() == [True, False]


def test_a_parameter_arrives_without_its_graph() -> None:
    got = there_and_back(torch.nn.Parameter(torch.ones(2)) * 3)
    assert (type(got), got.requires_grad, got.tolist()) == (torch.Tensor, False, [3.0, 3.0])


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "bool"])
def test_arrays_arrive_as_arrays(dtype: str) -> None:
    sent = numpy.array([[1, 0, 2], [3, 4, 0]]).astype(dtype)
    foreign = sent.astype(sent.dtype.newbyteorder())
    for array in (sent, sent.T, sent[::-1], sent[0, 0, None].reshape(()), foreign):
        got = there_and_back(array)
        assert isinstance(got, numpy.ndarray)
        assert (got.dtype, got.shape, got.tolist()) == (sent.dtype, array.shape, array.tolist())


@pytest.mark.parametrize("array", [numpy.array(["a"]), numpy.array([object()]), numpy.zeros(2, "datetime64[s]")])
def test_arrays_of_other_things_arrive_as_a_name(array: numpy.ndarray[Any, Any]) -> None:
    got = there_and_back(array)
    assert (type(got), got.kind) == (Opaque, "ndarray")


@pytest.mark.parametrize(
    ("tensor", "dtype", "device"),
    [
        (torch.empty(2, 3, device="meta"), "float32", "meta"),
        (torch.eye(2).to_sparse(), "float32", "cpu"),
        (torch.zeros(2, dtype=torch.complex64), "complex64", "cpu"),
    ],
    ids=["meta", "sparse", "complex"],
)
def test_tensors_without_carried_values_arrive_as_a_description(tensor: Any, dtype: str, device: str) -> None:
    got = there_and_back(tensor)
    assert isinstance(got, Meta)
    assert (got.shape, got.dtype, got.device) == (tuple(tensor.shape), dtype, device)


def test_references_devices_and_strangers() -> None:
    ref, device, stranger, again = there_and_back([Ref(7), torch.device("cuda:1"), object(), Opaque("Odd")])
    assert (ref.number, device, stranger.kind, again.kind) == (7, torch.device("cuda:1"), "object", "Odd")


def test_text_arrives_but_for_lone_surrogates() -> None:
    assert there_and_back({"k\udc00": "a\ud800\0ü🙂"}) == {"k?": "a?\0ü🙂"}


def test_keys_become_texts() -> None:
    assert there_and_back({1: "a", None: "b"}) == {"1": "a", "None": "b"}


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**400, 10**5000], ids=["63", "-63", "400", "5000"])
def test_an_integer_of_more_than_64_bits_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="64 bits"):
        pack([number])
    assert there_and_back([2**63 - 1, -(2**63)]) == [2**63 - 1, -(2**63)]


def test_subclasses_arrive_as_what_they_are_made_of() -> None:
    class Number(int):
        pass

    class Words(list):  # type: ignore[type-arg]
        pass

    class Pair(tuple):  # type: ignore[type-arg]
        pass

    got = there_and_back([Number(3), Words(["a"]), Pair((1, 2)), numpy.float64(0.5), type("Text", (str,), {})("b")])
    assert got == [3, ["a"], (1, 2), 0.5, "b"]
    assert [type(item) for item in got] == [int, list, tuple, float, str]


def test_numbers_begin_at_a_multiple_of_eight() -> None:
    for length in range(9):
        tensors = [torch.ones(1, dtype=torch.bool), torch.arange(3), torch.zeros(3, dtype=torch.int8), torch.ones(1)]
        got = there_and_back(["x" * length, *tensors])
        assert all(torch.equal(one, other) for one, other in zip(got[1:], tensors, strict=True))
        assert [tensor.data_ptr() % 8 for tensor in got[2:]] == [0, 0, 0]


def test_of_a_message_over_a_limit_only_the_start_is_made() -> None:
    large = torch.empty(MAX_TENSORS // 4 + 1)
    start = pack_limited([large, large])
    assert len(start) == HEADER.size
    assert HEADER.unpack(start)[1] == 2 * (MAX_TENSORS + 8)
    assert len(pack_limited("x" * MAX_TENSORS)) == HEADER.size
    small = [torch.ones(2), "x"]
    assert pack_limited(small) == pack(small)
