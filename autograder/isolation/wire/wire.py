"""Frames over a socket, each within a deadline and a size. The two sides take turns."""

from __future__ import annotations

import math
import socket
import time

from autograder.isolation.faults import OverLimit
from autograder.isolation.wire.packing import HEADER, MAX_JSON, MAX_TENSORS
from autograder.isolation.wire.unpacking import ProtocolError

_CHUNK = 1 << 16


class Closed(Exception):
    """The other side has closed the pipe."""


def send(sock: socket.socket, frame: bytes, deadline: float) -> None:
    """Send a frame before the deadline (`time.monotonic`).

    Raises:
        TimeoutError: the other side does not take it.
        Closed: the other side is gone.
    """
    view = memoryview(frame)
    try:
        while view:
            _set_deadline(sock, deadline)
            view = view[sock.send(view) :]
    except ConnectionError:
        raise Closed from None


def receive(sock: socket.socket, deadline: float, limited: bool = True) -> bytearray:
    """Receive one frame before the deadline. As sides take turns, nothing may follow it.

    Raises:
        TimeoutError: it did not come in time.
        Closed: the other side is gone.
        OverLimit: it is too large.
        ProtocolError: there are bytes after it.
    """
    try:
        return _receive(sock, deadline, limited)
    except ConnectionError:
        raise Closed from None


def _receive(sock: socket.socket, deadline: float, limited: bool) -> bytearray:
    begun = b""
    while len(begun) < HEADER.size:
        _set_deadline(sock, deadline)
        part = sock.recv(_CHUNK)
        if not part:
            raise Closed
        begun += part
    size, got = _announced(begun, limited), len(begun)
    if got > size:
        raise ProtocolError("bytes after a message")
    frame = bytearray(size)
    frame[:got] = begun
    view = memoryview(frame)
    while got < size:
        _set_deadline(sock, deadline)
        count = sock.recv_into(view[got:])
        if not count:
            raise Closed
        got += count
    return frame


def _announced(begun: bytes, limited: bool) -> int:
    """Size of the frame that begins so."""
    json_size, tensors_size = HEADER.unpack_from(begun)
    if limited and json_size > MAX_JSON:
        raise OverLimit(f"{_mebibytes(json_size)} of data beside tensors; the limit is {_mebibytes(MAX_JSON)}")
    if limited and tensors_size > MAX_TENSORS:
        raise OverLimit(f"{_mebibytes(tensors_size)} of tensors; the limit is {_mebibytes(MAX_TENSORS)}")
    return HEADER.size + int(json_size) + int(tensors_size)


def _mebibytes(size: int) -> str:
    return f"{-(-size >> 20)} MiB"


def _set_deadline(sock: socket.socket, deadline: float) -> None:
    """Give the next socket call what is left of the time; a slow drip of bytes cannot stretch it."""
    if deadline == math.inf:
        sock.settimeout(None)
        return
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    sock.settimeout(left)
