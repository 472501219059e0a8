"""Reading frames that an adversary may have made: sizes, depth, counts and types are bounded and checked.

Anything odd is a `ProtocolError`, anything over a limit an `OverLimit` that states it. See `packing.py` for the format.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

import numpy
import torch

from autograder.isolation.engine import Opaque, Ref
from autograder.isolation.faults import OverLimit
from autograder.isolation.wire.packing import ALIGNMENT, ARRAYS, HEADER, INTEGERS, Meta

MAX_DEPTH = 24
MAX_ITEMS = 20_000
MAX_DIMENSIONS = 16
MAX_NAME = 100
_MAX_NUMBERS = 2**40  # of a tensor without values


class ProtocolError(Exception):
    """A message breaks the protocol."""


def unpack(frame: bytearray) -> Any:
    """Decode a frame.

    Raises:
        ProtocolError: it is malformed.
        OverLimit: it holds more than it may.
    """
    try:
        json_size, tensors_size = HEADER.unpack_from(frame)
        start = HEADER.size + json_size
        if json_size % ALIGNMENT or start + tensors_size != len(frame):
            _refuse("parts of other sizes than they say")
        reader = _Reader(frame, start)
        value = reader.decode(_load(frame[HEADER.size : start].decode()), 0)
        reader.require_end()
        return value
    except (ProtocolError, OverLimit):
        raise
    except Exception as error:  # whatever a parser raises on hostile bytes
        raise ProtocolError(f"a message that cannot be read ({type(error).__name__})") from None


def _tagged(pairs: list[tuple[str, Any]]) -> tuple[str, Any]:
    """A JSON object is one tag and its content: as a tuple, which JSON has not, it is no other value."""
    if len(pairs) != 1:
        _refuse("an object that is not one tag")
    return pairs[0]


_load = json.JSONDecoder(object_pairs_hook=_tagged).decode


class _Reader:
    """Turns decoded JSON back into values. Tensors look into the frame, one after the other."""

    def __init__(self, frame: bytearray, start: int) -> None:
        self._frame = frame
        self._place = start
        self._items = 0

    def require_end(self) -> None:
        """Fail unless every number belongs to a tensor."""
        if self._place != len(self._frame):
            _refuse("numbers of no tensor")

    def decode(self, value: Any, depth: int) -> Any:
        """Return the value that some JSON stands for."""
        self._items += 1
        if self._items > MAX_ITEMS:
            raise OverLimit(f"more than {MAX_ITEMS} values")
        kind = type(value)
        if kind is str:
            return _text(value)
        if kind is not list and kind is not tuple:
            if kind is int and value not in INTEGERS:
                _refuse("an integer of more than 64 bits")
            return value
        if depth >= MAX_DEPTH:
            raise OverLimit(f"values that are nested more than {MAX_DEPTH} deep")
        if kind is list:
            return [self.decode(item, depth + 1) for item in value]
        tag, content = value
        if tag == "t":
            name, sizes = content
            array = self._array(name, sizes)
            return torch.from_numpy(array) if name != "bfloat16" else torch.from_numpy(array).view(torch.bfloat16)
        return self._of_list(tag, content, depth + 1) if type(content) is list else _of_scalar(tag, content)

    def _of_list(self, tag: str, content: list[Any], depth: int) -> Any:
        if tag == "u":
            return tuple([self.decode(item, depth) for item in content])
        if tag == "d":
            return self._dictionary(content, depth)
        if tag == "w":
            return self._weights(*content)
        if tag == "n" and content[0] != "bfloat16":
            return self._array(*content)
        if tag == "m":
            shape, dtype, device = content
            return Meta(_shape(shape), _name(dtype), _name(device))
        _refuse("an unknown tag")

    def _dictionary(self, content: list[Any], depth: int) -> dict[str, Any]:
        made = {}
        for key, value in zip(content[::2], content[1::2], strict=True):
            if type(key) is not str:
                _refuse("a key that is no text")
            made[_text(key)] = self.decode(value, depth)
        if 2 * len(made) != len(content):
            _refuse("a key that comes twice")
        return made

    def _weights(self, names: Any, sizes: Any) -> dict[str, torch.Tensor]:
        """A dictionary of tensors whose numbers are one row."""
        self._items += len(names)
        if self._items > MAX_ITEMS:
            raise OverLimit(f"more than {MAX_ITEMS} values")
        if type(names) is not list or any(type(name) is not str for name in names):
            _refuse("a key that is no text")
        shapes = [_shape(entry) for entry in sizes]
        counts = [math.prod(shape) for shape in shapes]
        row = torch.from_numpy(self._array("float32", [sum(counts)]))
        parts = zip(map(_text, names), row.split_with_sizes(counts), shapes, strict=True)
        made = {name: part.view(shape) for name, part, shape in parts}
        if len(made) != len(shapes):
            _refuse("a key that comes twice")
        return made

    def _array(self, name: Any, sizes: Any) -> numpy.ndarray[Any, Any]:
        """The next numbers of the frame, not copied."""
        kind, shape = ARRAYS[name], _shape(sizes)
        count = math.prod(shape)
        start = self._place
        end = start + count * kind.itemsize
        self._place = end + (start - end) % ALIGNMENT
        if self._place > len(self._frame):
            _refuse("a tensor without its numbers")
        array = numpy.frombuffer(self._frame, kind, count, start).reshape(shape) if count else numpy.empty(shape, kind)
        # A byte from a worker may be anything.
        return array.view(numpy.uint8).astype(numpy.bool_) if name == "bool" else array


def _of_scalar(tag: str, content: Any) -> Any:
    if tag == "h" and type(content) is int and content in INTEGERS:
        return Ref(content)
    if tag == "o":
        return Opaque(_name(content))
    if tag == "device":
        return torch.device(_name(content))
    _refuse("an unknown tag")


def _shape(sizes: Any) -> tuple[int, ...]:
    """Check a shape: its sizes are from 0, and even without the zeros its numbers can be counted."""
    if type(sizes) is not list or len(sizes) > MAX_DIMENSIONS:
        _refuse("a shape")
    count = 1
    for size in sizes:
        if type(size) is not int or size < 0:
            _refuse("a shape")
        count *= size or 1
    if count > _MAX_NUMBERS:
        _refuse("a shape")
    return tuple(sizes)


def _name(value: Any) -> str:
    """Check the name of a type, a dtype or a device: it may stand in a sentence that a student reads."""
    if type(value) is not str or len(value) > MAX_NAME or not value.replace(":", "").isidentifier():
        _refuse("a name")
    return value


def _text(value: str) -> str:
    """Lone surrogates, which no file, page or database takes, become question marks."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def _refuse(what: str) -> NoReturn:
    raise ProtocolError(f"{what} in a message")
