"""Frames over a socket: in time and within a size, or not at all."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import torch

from autograder.isolation.faults import OverLimit
from autograder.isolation.wire import wire
from autograder.isolation.wire.packing import HEADER, MAX_JSON, MAX_TENSORS, pack
from autograder.isolation.wire.unpacking import ProtocolError, unpack


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def soon() -> float:
    return time.monotonic() + 5


def test_a_message_larger_than_the_sockets_buffer_arrives(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    sent = [torch.arange(500_000.0), "x" * 100_000]
    sender = threading.Thread(target=wire.send, args=(theirs, pack(sent), soon()))
    sender.start()
    tensor, text = unpack(wire.receive(ours, soon()))
    sender.join()
    assert torch.equal(tensor, sent[0])
    assert text == sent[1]


@pytest.mark.parametrize("sizes", [(MAX_JSON + 1, 0), (2, MAX_TENSORS + 1), (2**32 - 1, 2**32 - 1)])
def test_announced_sizes_over_a_limit_are_refused_before_reading(
    pair: tuple[socket.socket, socket.socket], sizes: tuple[int, int]
) -> None:
    ours, theirs = pair
    theirs.sendall(HEADER.pack(*sizes))
    with pytest.raises(OverLimit, match="limit is"):
        wire.receive(ours, soon())


@pytest.mark.parametrize("cut", [0, 3, HEADER.size, HEADER.size + 1, -1])
def test_a_frame_that_ends_early_means_closed(pair: tuple[socket.socket, socket.socket], cut: int) -> None:
    ours, theirs = pair
    theirs.sendall(pack([torch.ones(3)])[:cut])
    theirs.close()
    with pytest.raises(wire.Closed):
        wire.receive(ours, soon())


@pytest.mark.parametrize("cut", [0, HEADER.size, -1])
def test_half_a_message_cannot_hold_up_the_reader(pair: tuple[socket.socket, socket.socket], cut: int) -> None:
    ours, theirs = pair
    theirs.sendall(pack([torch.ones(3)])[:cut])
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
        wire.send(ours, pack(1), soon())


def test_sides_take_turns_nothing_follows_a_message(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.sendall(pack("one"))
    assert unpack(wire.receive(ours, soon())) == "one"
    for after in (b"\0", pack("two")):
        theirs.sendall(pack("one") + after)
        with pytest.raises(ProtocolError, match="after"):
            wire.receive(ours, soon())


def test_a_message_in_single_bytes_arrives(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    sent = pack(["drip", torch.ones(2)])

    def drip() -> None:
        for place in range(len(sent)):
            theirs.sendall(sent[place : place + 1])

    sender = threading.Thread(target=drip)
    sender.start()
    assert unpack(wire.receive(ours, soon()))[0] == "drip"
    sender.join()


def test_drops_cannot_stretch_the_deadline(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.sendall(HEADER.pack(8, MAX_TENSORS))
    stop = threading.Event()

    def drip() -> None:
        with contextlib.suppress(OSError):
            while not stop.is_set():
                theirs.sendall(b" ")

    sender = threading.Thread(target=drip)
    sender.start()
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        wire.receive(ours, started + 0.1)
    assert time.monotonic() - started < 2
    stop.set()
    ours.close()
    sender.join()
