"""What a test draws and expects follows from the seed alone: worked out once for all submissions of a class."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, TypeVar

import numpy
import torch

Function = TypeVar("Function", bound=Callable[..., Any])
_MOST = 4000  # results that a function keeps
_PLAIN = (int, float, str, type(None))


class _Unknown(Exception):
    """A value that a result cannot be kept for."""


def drawn_once(function: Function) -> Function:
    """Let a function of plain values, tensors and random generators keep what it has returned.

    A call with the same values and the same state of the generators returns a copy, and leaves the generators as
    the first call has left them. Where autograd follows an argument, nothing is kept.
    """
    kept: dict[Hashable, tuple[Any, list[torch.Tensor]]] = {}

    @wraps(function)
    def remembering(*args: Any, **kwargs: Any) -> Any:
        try:
            key = _key((args, kwargs))
        except _Unknown:
            return function(*args, **kwargs)
        generators = [value for value in (*args, *kwargs.values()) if isinstance(value, torch.Generator)]
        if key not in kept:
            result = function(*args, **kwargs)
            if len(kept) >= _MOST:
                kept.pop(next(iter(kept)))
            kept[key] = _copy(result), [generator.get_state() for generator in generators]
            return result
        result, states = kept[key]
        for generator, state in zip(generators, states, strict=True):
            generator.set_state(state)
        return _copy(result)

    return remembering  # type: ignore[return-value]


def _key(value: Any) -> Hashable:
    """What tells an argument from others, its content and not its identity."""
    if isinstance(value, torch.Tensor):
        if value.dtype == torch.bfloat16 or (value.requires_grad and torch.is_grad_enabled()):
            raise _Unknown
        return value.dtype, value.shape, (value.detach() if value.requires_grad else value).numpy().tobytes()
    if isinstance(value, torch.Generator):
        return value.get_state().numpy().tobytes()
    if isinstance(value, dict):
        return tuple([(key, _key(item)) for key, item in value.items()])
    if isinstance(value, (tuple, list)):
        return tuple([_key(item) for item in value])
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return type(value), tuple([_key(getattr(value, field.name)) for field in dataclasses.fields(value)])
    if isinstance(value, _PLAIN) or callable(value):
        return type(value), value  # 1 is not True
    raise _Unknown


def _copy(value: Any) -> Any:
    """The same with tensors of its own."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone().requires_grad_() if value.requires_grad else value.clone()
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)([_copy(item) for item in value])
    if isinstance(value, numpy.ndarray):
        return value.copy()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        own = {field.name: _copy(getattr(value, field.name)) for field in dataclasses.fields(value) if field.init}
        return dataclasses.replace(value, **own)
    return value
