"""What an object is made of, parameters and layers: told beside the student code, read on the trusted side."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from autograder.isolation import insides
from autograder.isolation.faults import OverLimit

MAX_ENTRIES = 1000  # parameters, and layers
MAX_NUMBERS = 1 << 24  # in all parameters
_MAX_NAME = 200
_MAX_DIMENSIONS = 16
_MAX_REMEMBERED = 1 << 16  # characters of a text that is worth keeping
# Where a torch layer's options are told from: plain numbers and truth values, but for these two.
_NUMBERS = {
    *("in_features", "out_features", "num_embeddings", "embedding_dim", "padding_idx", "input_size", "hidden_size"),
    *("num_layers", "bidirectional", "batch_first", "dropout", "p", "eps"),
}
_TEXT, _SIZES = "nonlinearity", "normalized_shape"


@dataclass(frozen=True)
class Parameter:
    """A parameter as the student declared it. `alias` names an earlier parameter that is the same object."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    trainable: bool
    alias: str


@dataclass(frozen=True)
class Layer:
    """A module inside the student's object.

    Attributes:
        name: its path, empty for the object itself.
        type: name of the torch.nn class, e.g. `Linear`; empty for the student's own classes.
        shapes: shapes of its own parameters by local name.
        options: what torch layers say of themselves (`batch_first`, `p`, `num_layers`, …).
    """

    name: str
    type: str
    shapes: Mapping[str, tuple[int, ...]]
    options: Mapping[str, Any]

    def full(self, local: str) -> str:
        """Full name of one of its parameters."""
        return f"{self.name}.{local}" if self.name else local


@dataclass(frozen=True)
class Structure:
    """Parameters and layers of a built object, as student code reports them."""

    parameters: tuple[Parameter, ...] = ()
    layers: tuple[Layer, ...] = ()

    @staticmethod
    def parse(text: str) -> Structure:
        """Read what `describe` has written. The same objects are built many times, so texts are remembered.

        Raises:
            OverLimit: it has more entries, or more numbers, than a limit allows.
            ValueError, TypeError, KeyError: it is malformed.
        """
        return _remembered(text) if len(text) <= _MAX_REMEMBERED else _parse(text)


def describe(made: Any) -> str:
    """Describe a module's parameters and layers as JSON, in one text; those of anything else are empty."""
    if not insides.is_module(made):
        return "{}"
    first: dict[int, str] = {}
    parameters, layers = [], []
    seen = set()
    with insides.untouched():
        for path, layer in insides.layers(made):
            prefix, shapes = f"{path}." if path else "", {}
            for key, value in insides.own_parameters(layer):
                name = f"{prefix}{key}"
                alias = first.setdefault(id(value), name)
                shapes[key], dtype, trainable = insides.facts(value)
                parameters.append((name, shapes[key], dtype, trainable, "" if alias == name else alias))
            if id(layer) not in seen:
                seen.add(id(layer))
                layers.append((path, insides.torch_type(layer), shapes, _told(insides.attributes(layer))))
    return json.dumps({"parameters": parameters, "layers": layers})


def _told(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The options among a layer's attributes."""
    keys = attributes.keys() & _NUMBERS
    options = {key: attributes[key] for key in keys if isinstance(attributes[key], (bool, int, float))}
    if isinstance(attributes.get(_TEXT), str):
        options[_TEXT] = attributes[_TEXT]
    if isinstance(attributes.get(_SIZES), tuple):
        options[_SIZES] = list(attributes[_SIZES])
    return options


def _parse(text: str) -> Structure:
    raw = json.loads(text)
    if not raw:
        return Structure()
    if max(len(raw["parameters"]), len(raw["layers"])) > MAX_ENTRIES:
        raise OverLimit(f"an object of more than {MAX_ENTRIES} parameters or layers")
    parameters = tuple(
        Parameter(_name(name), _shape(shape), _name(dtype), bool(trainable), _name(alias))
        for name, shape, dtype, trainable, alias in raw["parameters"]
    )
    if sum(math.prod(entry.shape) for entry in parameters) > MAX_NUMBERS:
        raise OverLimit(f"an object whose parameters have more than {MAX_NUMBERS} numbers")
    layers = tuple(
        Layer(_name(name), _name(kind), {_name(key): _shape(shape) for key, shape in own.items()}, _options(options))
        for name, kind, own, options in raw["layers"]
    )
    return Structure(parameters, layers)


_remembered = lru_cache(maxsize=512)(_parse)


def _name(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _MAX_NAME or not value.isprintable():
        raise ValueError("a name that cannot be")
    return value


def _shape(sizes: Any) -> tuple[int, ...]:
    if len(sizes) > _MAX_DIMENSIONS or not all(type(size) is int and size >= 0 for size in sizes):
        raise ValueError("a shape that cannot be")
    if math.prod(sizes) > MAX_NUMBERS:
        raise OverLimit(f"an object with a parameter of more than {MAX_NUMBERS} numbers")
    return tuple(sizes)


def _options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Keep options of the type that they should have."""
    sizes = options.get(_SIZES)
    kept = _told({**options, _SIZES: _shape(sizes) if isinstance(sizes, list) else None})
    if _TEXT in kept:
        kept[_TEXT] = _name(kept[_TEXT])
    return kept
