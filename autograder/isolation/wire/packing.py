"""Values as frames: JSON for structure, raw bytes for tensors, never pickle.

A frame is two lengths (4 bytes each, network order), the JSON, padded with spaces, and the numbers of its tensors one
after the other, each padded to 8 bytes. A tensor stands in the JSON as its dtype and shape: where its numbers are,
and how many, follows from that, so that there is nothing to lie about. The float32 tensors of a dictionary stand
together: their names, their shapes, and one row of numbers. `unpacking.py` reads what this writes.
"""

from __future__ import annotations

import json
import math
import struct
from typing import Any

import numpy
import torch

from autograder.isolation.engine import Opaque, Ref

HEADER = struct.Struct("!II")
ALIGNMENT = 8
MAX_JSON = 1 << 20
MAX_TENSORS = 64 << 20
INTEGERS = range(-(2**63), 2**63)
# What the pipe can carry, by its name there; a tensor of any other dtype arrives as a `Meta`. NumPy has no bfloat16:
# its bytes are those of integers of the same width.
ARRAYS: dict[str, numpy.dtype[Any]] = {
    name: numpy.dtype(name if name != "bfloat16" else "int16")
    for name in ("float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool")
}
_NAMES = {getattr(torch, name): name for name in ARRAYS}
_PLAIN = {type(None), bool, float, str}
_SUBCLASSED: tuple[type[Any], ...] = (int, float, str, list)
_SIZE_LIMIT = 2**32 - 1
_WEIGHTS = "float32"

_dump = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def _is_weight(value: Any) -> bool:
    """Is this an ordinary tensor of the dtype that nearly all have?"""
    plain = type(value) is torch.Tensor and value.dtype is torch.float32 and value.is_cpu
    return plain and value.layout is torch.strided


class Meta:
    """A tensor without values: on the meta device, sparse, or of a dtype that cannot be carried."""

    def __init__(self, shape: tuple[int, ...], dtype: str, device: str) -> None:
        self.shape = shape
        self.dtype = dtype
        self.device = device


def pack(value: Any) -> bytes:
    """Encode a value as one frame.

    Raises:
        ValueError: an integer needs more than 64 bits.
    """
    writer = _Writer()
    return writer.frame(_dump(writer.encode(value)).encode())


def pack_limited(value: Any) -> bytes:
    """Like `pack`, but of a message over a limit make only the start, which says how large it would be."""
    writer = _Writer(MAX_TENSORS)
    text = _dump(writer.encode(value)).encode()
    if len(text) > MAX_JSON or writer.size > MAX_TENSORS:
        return HEADER.pack(min(len(text), _SIZE_LIMIT), min(writer.size, _SIZE_LIMIT))
    return writer.frame(text)


class _Writer:
    """Turns values into what JSON can say, and keeps the numbers of tensors aside.

    Args:
        limit: bytes of numbers beyond which they are only counted.
    """

    def __init__(self, limit: float = math.inf) -> None:
        self.size = 0
        self._limit = limit
        self._parts: list[bytes] = []

    def frame(self, text: bytes) -> bytes:
        """Join the parts. The JSON is padded so that the numbers begin at a multiple of 8."""
        text += b" " * (-len(text) % ALIGNMENT)
        return b"".join((HEADER.pack(len(text), self.size), text, *self._parts))

    def encode(self, value: Any) -> Any:
        """Return what stands for a value in the JSON."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is int:
            if value not in INTEGERS:
                raise ValueError("an integer of more than 64 bits")
            return value
        if kind is list:
            return [self.encode(item) for item in value]
        if isinstance(value, torch.Tensor):
            return self._tensor(value)
        if isinstance(value, dict):
            if len(value) > 1 and all(map(_is_weight, value.values())):
                return {"w": self._weights(value)}
            flat: list[Any] = []
            for key, item in value.items():
                flat += (str(key), self.encode(item))
            return {"d": flat}
        return self._rare(value)

    def _rare(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return {"u": [self.encode(item) for item in value]}
        if isinstance(value, Ref):
            return {"h": value.number}
        if isinstance(value, numpy.ndarray):
            if value.dtype.name not in ARRAYS:
                return {"o": "ndarray"}
            native = value.astype(value.dtype.newbyteorder("="), copy=False)
            return {"n": self._numbers(value.dtype.name, native)}
        if isinstance(value, torch.device):
            return {"device": str(value)}
        for plain in _SUBCLASSED:
            if isinstance(value, plain):
                return self.encode(plain(value))
        return {"o": value.kind if isinstance(value, Opaque) else type(value).__name__}

    def _tensor(self, value: torch.Tensor) -> Any:
        name = _NAMES.get(value.dtype)
        if name is None or value.layout is not torch.strided or value.device.type == "meta":
            return {"m": [list(value.shape), str(value.dtype).removeprefix("torch."), value.device.type]}
        plain = value.detach().cpu().resolve_neg()
        return {"t": self._numbers(name, (plain.view(torch.int16) if name == "bfloat16" else plain).numpy())}

    def _weights(self, value: dict[Any, torch.Tensor]) -> list[Any]:
        """Names and shapes of a dictionary of plain tensors: all their numbers are one row, which is made at once."""
        weights = list(value.values())
        size = sum([weight.nbytes for weight in weights])
        if self.size + size <= self._limit:
            numbers = torch.cat([weight.reshape(-1) for weight in weights]).detach().numpy()
            self._numbers(_WEIGHTS, numbers)
        else:
            self.size += size + -size % ALIGNMENT
        return [list(map(str, value)), [list(weight.shape) for weight in weights]]

    def _numbers(self, name: str, array: numpy.ndarray[Any, Any]) -> list[Any]:
        padding = -array.nbytes % ALIGNMENT
        self.size += array.nbytes + padding
        if self.size <= self._limit:
            self._parts.append(array.tobytes())  # in the order of the indices, whatever the strides
            if padding:
                self._parts.append(bytes(padding))
        return [name, list(array.shape)]
