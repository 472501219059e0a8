"""Messages between grader and worker: what is sent arrives, and no bytes do more than raise ProtocolError."""

from __future__ import annotations

import contextlib
import json
import math
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy
import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.isolation import wire
from autograder.isolation.engine import Opaque, Ref

HEADER = struct.Struct("!II")
DTYPES = [
    torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8,
    torch.uint8, torch.bool,
]  # fmt: skip
leaf = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.floats(), st.text())
plain = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.text(max_size=5), inner, max_size=4),
    ),
    max_leaves=20,
)


def there_and_back(value: Any) -> Any:
    return parsed(wire.pack(value))


def parsed(frame: bytes) -> Any:
    size, blob = HEADER.unpack(frame[: HEADER.size])
    rest = frame[HEADER.size :]
    assert len(rest) == size + blob
    return wire.unpack(rest[:size], rest[size:])


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


def coded(value: Any, blob: bytes = b"") -> Any:
    return wire.unpack(json.dumps(value).encode(), blob)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def soon() -> float:
    return time.monotonic() + 5


# What is sent arrives -----------------------------------------------------------------------------------


@given(plain)
def test_plain_values_arrive_as_they_are(value: Any) -> None:
    assert same(there_and_back(value), value)


@given(st.sampled_from(DTYPES), st.lists(st.integers(0, 3), max_size=4), st.integers(0, 2**32))
def test_tensors_arrive_bit_for_bit(dtype: torch.dtype, shape: list[int], seed: int) -> None:
    sent = (torch.rand(shape, generator=torch.Generator().manual_seed(seed)) * 100).to(dtype)
    got = there_and_back({"a": [sent, (sent,)]})["a"][0]
    assert (got.dtype, got.shape, got.requires_grad) == (dtype, sent.shape, False)
    assert torch.equal(got, sent)


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
    for array in (sent, sent.T, sent[::-1], sent[0, 0, None].reshape(())):
        got = there_and_back(array)
        assert isinstance(got, numpy.ndarray)
        assert (got.dtype, got.shape, got.tolist()) == (array.dtype, array.shape, array.tolist())


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
    assert isinstance(got, wire.Meta)
    assert (got.shape, got.dtype, got.device) == (tuple(tensor.shape), dtype, device)


def test_references_devices_and_strangers() -> None:
    ref, device, stranger, again = there_and_back([Ref(7), torch.device("cuda:1"), object(), Opaque("Odd")])
    assert (ref.number, device, stranger.kind, again.kind) == (7, torch.device("cuda:1"), "object", "Odd")


def test_lone_surrogates_and_nul_stay_text() -> None:
    assert there_and_back({"k\udc00": "a\ud800\0b"}) == {"k\udc00": "a\ud800\0b"}


def test_keys_become_texts() -> None:
    assert there_and_back({1: "a", None: "b"}) == {"1": "a", "None": "b"}


# What an adversary sends --------------------------------------------------------------------------------


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_random_bytes_are_refused_or_read_and_nothing_else(text: bytes, blob: bytes) -> None:
    with contextlib.suppress(wire.ProtocolError):
        wire.unpack(text, blob)


TAGS = st.sampled_from(["u", "d", "t", "n", "h", "o", "m", "device", "x", ""])
hostile = st.recursive(
    leaf, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TAGS, inner, max_size=2)), max_leaves=12
)


@given(hostile)
def test_well_formed_json_of_any_shape_is_refused_or_read(value: Any) -> None:
    with contextlib.suppress(wire.ProtocolError):
        coded(value, safetensors.torch.save({"0": torch.ones(2)}))


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_changed_byte_in_tensors_is_refused_or_read(place: int, byte: int) -> None:
    frame = bytearray(wire.pack([torch.ones(2, 3), torch.zeros(4, dtype=torch.int64)]))
    frame[HEADER.size + place % (len(frame) - HEADER.size)] = byte
    with contextlib.suppress(wire.ProtocolError):
        parsed(bytes(frame))


@pytest.mark.parametrize(
    "value",
    [
        {"t": "0"},
        {"n": "0"},
        {"t": ["0"]},
        {"u": 3},
        {"d": [[1]]},
        {"d": {"a": 1, "bc": 2}},
        {"h": "x"},
        {"h": None},
        {"m": [[1], "float32"]},
        {"m": [["a"], "float32", "cpu"]},
        {"device": "nowhere"},
        {"pickle": "gASVCgAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOULg=="},
        {"u": [], "d": []},
        {},
    ],
    ids=str,
)
def test_a_malformed_value_is_refused(value: Any) -> None:
    with pytest.raises(wire.ProtocolError):
        coded(value)


def test_nesting_and_number_of_items_are_bounded() -> None:
    deep: Any = 0
    for _ in range(wire.MAX_DEPTH + 1):
        deep = [deep]
    with pytest.raises(wire.ProtocolError, match="too deep"):
        coded(deep)
    with pytest.raises(wire.ProtocolError, match="too many"):
        coded([0] * wire.MAX_ITEMS)
    with pytest.raises(wire.ProtocolError):
        wire.unpack(b"[" * 100_000, b"")
    with pytest.raises(wire.ProtocolError):
        wire.unpack(b"1" * 5_000, b"")
    assert coded(deep[0]) == deep[0]


@pytest.mark.parametrize("tail", [b"\0", b"xyz" * 10])
def test_bytes_after_the_json_or_the_tensors_are_refused(tail: bytes) -> None:
    blob = safetensors.torch.save({"0": torch.ones(1)})
    assert coded({"t": "0"}, blob).tolist() == [1.0]
    with pytest.raises(wire.ProtocolError):
        coded({"t": "0"}, blob + tail)
    with pytest.raises(wire.ProtocolError):
        wire.unpack(b"1" + tail, b"")


def test_tensors_that_lie_about_their_size_are_refused() -> None:
    blob = safetensors.torch.save({"0": torch.ones(4)})
    for old, new in ((b"[4]", b"[9]"), (b"[0,16]", b"[0,99]"), (b"F32", b"F64")):
        assert old in blob
        with pytest.raises(wire.ProtocolError):
            coded({"t": "0"}, blob.replace(old, new))


# Over a socket ------------------------------------------------------------------------------------------


def test_a_message_larger_than_the_sockets_buffer_arrives(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    sent = [torch.arange(500_000.0), "x" * 100_000]
    sender = threading.Thread(target=wire.send, args=(theirs, wire.pack(sent), soon()))
    sender.start()
    tensor, text = wire.receive(ours, soon())
    sender.join()
    assert torch.equal(tensor, sent[0])
    assert text == sent[1]


@pytest.mark.parametrize("sizes", [(wire.MAX_JSON + 1, 0), (2, wire.MAX_TENSORS + 1), (2**32 - 1, 2**32 - 1)])
def test_announced_sizes_over_a_limit_are_refused_before_reading(
    pair: tuple[socket.socket, socket.socket], sizes: tuple[int, int]
) -> None:
    ours, theirs = pair
    theirs.sendall(HEADER.pack(*sizes))
    with pytest.raises(wire.ProtocolError, match="limit"):
        wire.receive(ours, soon())


@pytest.mark.parametrize("cut", [0, 3, HEADER.size, HEADER.size + 1, -1])
def test_a_frame_that_ends_early_means_closed(pair: tuple[socket.socket, socket.socket], cut: int) -> None:
    ours, theirs = pair
    theirs.sendall(wire.pack([torch.ones(3)])[:cut])
    theirs.close()
    with pytest.raises(wire.Closed):
        wire.receive(ours, soon())


@pytest.mark.parametrize("cut", [0, HEADER.size, -1])
def test_half_a_message_cannot_hold_up_the_reader(pair: tuple[socket.socket, socket.socket], cut: int) -> None:
    ours, theirs = pair
    theirs.sendall(wire.pack([torch.ones(3)])[:cut])
    with pytest.raises(TimeoutError):
        wire.receive(ours, time.monotonic() + 0.02)


def test_a_deadline_in_the_past_and_a_reader_that_takes_nothing(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, _ = pair
    with pytest.raises(TimeoutError):
        wire.receive(ours, time.monotonic() - 1)
    with pytest.raises(TimeoutError):
        wire.send(ours, bytes(16 << 20), time.monotonic() + 0.02)


def test_sending_to_nobody_means_closed(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.close()
    with pytest.raises(wire.Closed):
        wire.send(ours, wire.pack(1), soon())


def test_two_messages_in_one_packet_are_two(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.sendall(wire.pack("one") + wire.pack("two"))
    assert [wire.receive(ours, soon()), wire.receive(ours, soon())] == ["one", "two"]
