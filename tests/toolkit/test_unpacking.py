"""What an adversary sends: no bytes do more than raise ProtocolError, or state a limit."""

from __future__ import annotations

import contextlib
import json
import tracemalloc
from typing import Any

import numpy
import pytest
import torch
from frames import coded, frame, leaf
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.isolation.engine import Opaque, Ref
from autograder.isolation.faults import OverLimit
from autograder.isolation.wire.packing import ALIGNMENT, ARRAYS, HEADER, MAX_JSON, Meta, pack
from autograder.isolation.wire.unpacking import MAX_DEPTH, MAX_DIMENSIONS, MAX_ITEMS, ProtocolError, unpack

KNOWN = (type(None), bool, int, float, str, list, tuple, dict, torch.Tensor, numpy.ndarray, torch.device)
TAGS = ["u", "d", "w", "t", "n", "h", "o", "m", "device", "x", ""]


def refused_or_read(data: bytearray) -> None:
    """Fail on any other exception than the two, and on any value that we do not know."""
    with contextlib.suppress(ProtocolError, OverLimit):
        require_known(unpack(data))


def require_known(value: Any) -> None:
    """Only plain types, whole tensors and clean texts may come out."""
    assert type(value) in (*KNOWN, Ref, Opaque, Meta), type(value)
    if isinstance(value, (list, tuple)):
        for item in value:
            require_known(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            require_known(key)
            require_known(item)
    elif isinstance(value, torch.Tensor):
        value.sum() if value.is_floating_point() else value.max() if value.numel() else None  # every number is there
    elif isinstance(value, str):
        value.encode()


@given(st.binary(max_size=300))
def test_random_bytes_are_refused_or_read(data: bytes) -> None:
    refused_or_read(bytearray(data))


@given(st.binary(max_size=200), st.binary(max_size=64))
@example(b"\xef\xbb\xbf1", b"")
@example("[1]".encode("utf-16"), b"")
@example(b"[1e999, -1e999, NaN]", b"")
def test_random_parts_are_refused_or_read(text: bytes, numbers: bytes) -> None:
    refused_or_read(frame(text, numbers))


shapes = st.lists(st.one_of(st.integers(-2, 9), st.integers(-(2**70), 2**70), st.floats(), st.none()), max_size=5)
numbers_of = st.tuples(st.one_of(st.sampled_from(list(ARRAYS)), st.text(max_size=9)), shapes).map(list)
hostile = st.recursive(
    st.one_of(leaf, numbers_of),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(TAGS), inner, min_size=1, max_size=1)
    ),
    max_leaves=12,
)


@given(hostile, st.integers(0, 12).map(lambda count: bytes(range(1, 9)) * count))
def test_well_formed_json_of_any_kind_is_refused_or_read(value: Any, numbers: bytes) -> None:
    refused_or_read(frame(json.dumps(value).encode(), numbers))


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=4), st.integers(-9, 9))
def test_a_message_with_changed_bytes_is_refused_or_read(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(
        pack(
            [
                {"a": (torch.ones(2, 3), torch.zeros(4, dtype=torch.int64)), "b": numpy.ones(2)},
                {"a": torch.ones(2), "b": torch.zeros(3)},
                [None, True, 0.5, "é"],
            ]
        )
    )
    for place, byte in changes:
        data[place % len(data)] = byte
    refused_or_read(data[:cut] if cut < 0 else data + bytes(cut))


@pytest.mark.parametrize(
    "value",
    [
        {"t": "0"},
        {"t": ["float32"]},
        {"t": ["float32", [2], 0]},
        {"t": ["float32", [-1]]},
        {"t": ["float32", [-1, -1]]},
        {"t": ["float32", ["1"]]},
        {"t": ["float32", [1.0]]},
        {"t": ["float32", [True]]},
        {"t": ["float32", 1]},
        {"t": ["float32", [3]]},
        {"t": ["complex64", [1]]},
        {"t": ["object", [1]]},
        {"t": [["float32"], [1]]},
        {"n": "0"},
        {"n": ["bfloat16", [4]]},
        {"u": 3},
        {"u": {"u": []}},
        {"d": [["a", 1]]},
        {"d": ["a"]},
        {"d": [1, 2]},
        {"d": ["a", 1, "a", 2]},
        {"d": {"a": 1}},
        {"w": "0"},
        {"w": [["a"], [[3]]]},
        {"w": [["a", "a"], [[1], [1]]]},
        {"w": [["a"], [[1], [1]]]},
        {"w": [["a", "b"], [[2]]]},
        {"w": [[1], [[2]]]},
        {"w": [{"u": ["a"]}, [[2]]]},
        {"w": [["a"], [[-2]]]},
        {"w": [["a", "b"], [[4], [-2]]]},
        {"h": "x"},
        {"h": None},
        {"h": True},
        {"h": 1.0},
        {"m": [[1], "float32"]},
        {"m": [["a"], "float32", "cpu"]},
        {"m": [[1], "<script>", "cpu"]},
        {"m": [[1], "float32", "a b"]},
        {"o": "a" * 101},
        {"o": "<b>"},
        {"o": ""},
        {"o": 3},
        {"device": "nowhere"},
        {"device": "cuda:-1"},
        {"device": 0},
        {"pickle": "gASVCgAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOULg=="},
        {"u": [], "d": []},
        {},
        {"": []},
        2**63,
        -(2**63) - 1,
        [10**30],
    ],
    ids=str,
)
def test_a_malformed_value_is_refused(value: Any) -> None:
    for numbers in (b"", bytes(8)):
        with pytest.raises(ProtocolError):
            coded(value, numbers)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"[1,]",
        b"nan",
        b'"\xff"',
        b'{"u":[],"u":[]}',
        b'{"d":["a",1],"d":["a",1]}',
        b"1" * 5000,
        b"-" + b"9" * 400,
        b"[" * 100_000,
        b'{"u":[' * 50_000,
        b"[1] 2",
        b"1\0",
        b"'a'",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_malformed_json_is_refused(text: bytes) -> None:
    with pytest.raises(ProtocolError):
        unpack(frame(text))


def test_nesting_and_number_of_items_are_bounded() -> None:
    deep: Any = 0
    for _ in range(MAX_DEPTH + 1):
        deep = [deep]
    with pytest.raises(OverLimit, match=f"more than {MAX_DEPTH} deep"):
        coded(deep)
    assert coded(deep[0]) == deep[0]
    with pytest.raises(OverLimit, match=f"more than {MAX_ITEMS} values"):
        coded([0] * MAX_ITEMS)
    with pytest.raises(OverLimit, match="values"):
        coded({"w": [[str(key) for key in range(MAX_ITEMS)], [[0]] * MAX_ITEMS]})
    with pytest.raises(OverLimit, match="values"):
        coded({"d": [text for key in range(MAX_ITEMS) for text in (str(key), 0)]})
    assert len(coded([0] * (MAX_ITEMS - 1))) == MAX_ITEMS - 1


def test_numbers_must_be_there_and_belong_to_a_tensor() -> None:
    one = {"t": ["float32", [2]]}
    assert coded(one, bytes(8)).tolist() == [0, 0]
    for value, numbers in (
        (one, b""),
        (one, bytes(16)),
        ([one, one], bytes(8)),
        (one, bytes(7)),
        (1, bytes(8)),
        ({"t": ["float32", [3]]}, bytes(12)),
        ({"t": ["float32", [0]]}, bytes(8)),
    ):
        with pytest.raises(ProtocolError):
            coded(value, numbers)


def test_shapes_are_bounded_even_without_numbers() -> None:
    assert coded({"t": ["float32", [0, 5]]}).shape == (0, 5)
    assert coded({"m": [[5, 0], "float32", "meta"]}).shape == (5, 0)
    wide = [1] * MAX_DIMENSIONS
    assert coded({"t": ["float32", wide]}, bytes(8)).dim() == MAX_DIMENSIONS
    for shape in ([0, 2**41], [0, 2**62, 2**62], [2**62, 4], [*wide, 1]):
        for value in ({"t": ["float32", shape]}, {"m": [shape, "float32", "cpu"]}):
            with pytest.raises(ProtocolError):
                coded(value, bytes(8))


def test_truth_values_are_0_or_1_whatever_bytes_come() -> None:
    got = coded({"t": ["bool", [3]]}, bytes([2, 0, 255]) + bytes(5))
    assert got.tolist() == [True, False, True]
    assert (got.view(torch.uint8) <= 1).all()


def test_parts_have_the_sizes_that_they_say() -> None:
    good = bytearray(pack([torch.ones(2)]))
    text = len(good) - HEADER.size - 8
    for sizes in ((text, 16), (text, 0), (text + ALIGNMENT, 0), (text - 1, 9), (0, 0), (2**32 - 1, 2**32 - 1)):
        with pytest.raises(ProtocolError):
            unpack(bytearray(HEADER.pack(*sizes)) + good[HEADER.size :])
    for cut in range(len(good)):
        with pytest.raises(ProtocolError):
            unpack(good[:cut])


@pytest.mark.parametrize("item", [b"{},", b"[],", b'{"u":[]},', b'"a",', b"1e9,"])
def test_the_largest_messages_do_not_blow_up(item: bytes) -> None:
    data = frame(b"[" + item * (MAX_JSON // len(item) - 1) + b"0]")
    tracemalloc.start()
    try:
        with pytest.raises((ProtocolError, OverLimit)):
            unpack(data)
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
    finally:
        tracemalloc.stop()
