"""Messages between the grader and a worker: JSON for structure, safetensors for tensors, never pickle.

A frame is two lengths (4 bytes each, network order), then the JSON, then the safetensors bytes. What comes from
a worker was made by an adversary: sizes, depth and types are bounded and checked, and anything odd is a
`ProtocolError`.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

import numpy
import safetensors.numpy
import torch

from autograder.isolation.engine import Opaque, Ref

_HEADER = struct.Struct("!II")
MAX_JSON = 4 << 20
MAX_TENSORS = 64 << 20
MAX_DEPTH = 24
MAX_ITEMS = 20_000
# What the pipe can carry, by safetensors' names; a tensor of any other dtype arrives as a `Meta`.
_DTYPES = {
    "F32": torch.float32,
    "F64": torch.float64,
    "F16": torch.float16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
_CARRIED = {*_DTYPES.values(), torch.bfloat16}
_ARRAYS = {str(dtype)[6:] for dtype in _DTYPES.values()}


class ProtocolError(Exception):
    """A message breaks the protocol."""


class Closed(Exception):
    """The other side has closed the pipe."""


def pack(value: Any) -> bytes:
    """Encode a value as one frame."""
    tensors: dict[str, numpy.ndarray] = {}
    text = json.dumps(_encode(value, tensors)).encode("utf-8", "surrogatepass")
    # Through NumPy: `safetensors.torch.save` looks for shared memory first, at three times the cost.
    blob = safetensors.numpy.save(tensors) if tensors else b""
    return _HEADER.pack(len(text), len(blob)) + text + blob


def unpack(text: bytes, blob: bytes) -> Any:
    """Decode the two parts of a frame.

    Raises:
        ProtocolError: they are malformed.
    """
    try:
        entries: Any = safetensors.deserialize(blob) if blob else []  # type: ignore[no-untyped-call]
        tensors = {name: _tensor(entry) for name, entry in entries}
        return _Decoder(tensors).decode(json.loads(text.decode("utf-8", "replace")), 0)
    except ProtocolError:
        raise
    except Exception as error:  # whatever a parser raises on hostile bytes
        raise ProtocolError(f"unreadable message ({type(error).__name__})") from None


def send(sock: socket.socket, data: bytes, deadline: float) -> None:
    """Send a frame before the deadline (`time.monotonic`).

    Raises:
        TimeoutError: the other side does not take it.
        Closed: the other side is gone.
    """
    try:
        view = memoryview(data)
        while view:
            _set_deadline(sock, deadline)
            view = view[sock.send(view) :]
    except (BrokenPipeError, ConnectionError):
        raise Closed from None


def receive(sock: socket.socket, deadline: float, limited: bool = True) -> Any:
    """Receive one value before the deadline.

    Raises:
        TimeoutError: it did not come in time.
        Closed: the other side is gone.
        ProtocolError: the message is malformed or over a limit.
    """
    json_size, blob_size = _HEADER.unpack(_receive_exactly(sock, _HEADER.size, deadline))
    if limited and json_size > MAX_JSON:
        raise ProtocolError(f"a message of {json_size} bytes; the limit is {MAX_JSON}")
    if limited and blob_size > MAX_TENSORS:
        raise ProtocolError(f"tensors of {blob_size >> 20} MiB; the limit is {MAX_TENSORS >> 20} MiB")
    text = _receive_exactly(sock, json_size, deadline)
    return unpack(text, _receive_exactly(sock, blob_size, deadline))


def _receive_exactly(sock: socket.socket, size: int, deadline: float) -> bytes:
    parts: list[bytes] = []
    missing = size
    while missing:
        _set_deadline(sock, deadline)
        try:
            part = sock.recv(min(missing, 1 << 20))
        except ConnectionError:
            raise Closed from None
        if not part:
            raise Closed
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _set_deadline(sock: socket.socket, deadline: float) -> None:
    """Give the next socket call what is left of the time; a slow drip of bytes cannot stretch it."""
    if deadline == float("inf"):
        sock.settimeout(None)
        return
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    sock.settimeout(left)


def _encode(value: Any, tensors: dict[str, numpy.ndarray]) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, list):
        return [_encode(item, tensors) for item in value]
    if isinstance(value, tuple):
        return {"u": [_encode(item, tensors) for item in value]}
    if isinstance(value, dict):
        return {"d": [[str(key), _encode(item, tensors)] for key, item in value.items()]}
    if isinstance(value, torch.Tensor):
        return _encode_tensor(value, tensors)
    if isinstance(value, numpy.ndarray):
        return _encode_array(value, tensors)
    if isinstance(value, Ref):
        return {"h": value.number}
    if isinstance(value, torch.device):
        return {"device": str(value)}
    return {"o": value.kind if isinstance(value, Opaque) else type(value).__name__}


def _encode_tensor(value: torch.Tensor, tensors: dict[str, numpy.ndarray]) -> Any:
    if value.layout is not torch.strided or value.device.type == "meta" or value.dtype not in _CARRIED:
        return {"m": [list(value.shape), str(value.dtype)[6:], value.device.type]}
    name = str(len(tensors))
    plain = value.detach().cpu().contiguous()
    if plain.dtype is torch.bfloat16:  # NumPy has none: carried as integers of the same width
        tensors[name] = plain.view(torch.int16).numpy()
        return {"b": name}
    tensors[name] = plain.numpy()
    return {"t": name}


def _encode_array(value: numpy.ndarray, tensors: dict[str, numpy.ndarray]) -> Any:
    if value.dtype.name not in _ARRAYS:
        return {"o": "ndarray"}
    name = str(len(tensors))
    tensors[name] = numpy.ascontiguousarray(value).reshape(value.shape)
    return {"n": name}


def _tensor(entry: dict[str, Any]) -> torch.Tensor:
    dtype, shape = _DTYPES[entry["dtype"]], tuple(entry["shape"])
    if not entry["data"]:
        return torch.empty(shape, dtype=dtype)
    if dtype is torch.bool:  # a byte from a worker may be anything
        return (torch.frombuffer(entry["data"], dtype=torch.uint8) != 0).reshape(shape)
    return torch.frombuffer(entry["data"], dtype=dtype).reshape(shape)


class Meta:
    """A tensor without values: on the meta device, sparse, or of a dtype that cannot be carried."""

    def __init__(self, shape: tuple[int, ...], dtype: str, device: str) -> None:
        self.shape = shape
        self.dtype = dtype
        self.device = device


class _Decoder:
    """Turns decoded JSON back into values, within bounds."""

    def __init__(self, tensors: dict[str, torch.Tensor]) -> None:
        self._tensors = tensors
        self._items = 0

    def decode(self, value: Any, depth: int) -> Any:
        self._items += 1
        if depth > MAX_DEPTH or self._items > MAX_ITEMS:
            raise ProtocolError("a message nested too deep or with too many items")
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if isinstance(value, list):
            return [self.decode(item, depth + 1) for item in value]
        if not isinstance(value, dict) or len(value) != 1:
            raise ProtocolError("a message with an unknown value")
        ((tag, content),) = value.items()
        return self._tagged(tag, content, depth)

    def _tagged(self, tag: str, content: Any, depth: int) -> Any:
        if tag == "u":
            return tuple(self.decode(item, depth + 1) for item in content)
        if tag == "d":
            return {str(key): self.decode(item, depth + 1) for key, item in content}
        if tag == "t":
            return self._tensors[content]
        if tag == "b":
            return self._tensors[content].view(torch.bfloat16)
        if tag == "n":
            return self._tensors[content].numpy()
        if tag == "h":
            return Ref(int(content))
        if tag == "o":
            return Opaque(str(content))
        if tag == "m":
            shape, dtype, device = content
            return Meta(tuple(int(size) for size in shape), str(dtype), str(device))
        if tag == "device":
            return torch.device(str(content))
        raise ProtocolError(f"a message with an unknown tag {tag[:20]!r}")
