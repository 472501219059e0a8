"""Do two records of calls show the same behaviour? Names of parameters and places in files do not count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy
import torch

from autograder.isolation.engine import Op
from autograder.isolation.recording import Recorded, Recorder
from autograder.isolation.verbs import Transport
from autograder.judging.compare import ATOL, RTOL

_VALUES = ("call", "function", "gradients", "attribute", "arguments")


def _values_of(calls: Sequence[Recorded]) -> list[Recorded]:
    """The calls that returned something of the student's making, and those that failed."""
    return [entry for entry in calls if entry.error is not None or entry.op["op"] in _VALUES]


def same_calls(mine: Sequence[Recorded], theirs: Sequence[Recorded]) -> bool:
    """Did the same calls return the same values, and the failing ones fail alike?

    Where a test tries several assignments of roles, their order follows the order of declaration: each call then
    needs its like anywhere on the other side.
    """
    return _same_set(_values_of(mine), _values_of(theirs), _same_call)


def tries_several(calls: Sequence[Recorded]) -> bool:
    """Does a test load an object's weights more than once, as where roles are ambiguous?"""
    loaded = [entry.op["ref"] for entry in calls if entry.op["op"] == "load"]
    return len(set(loaded)) < len(loaded)


class Diverged(BaseException):
    """A replayed call has another outcome than the one it is compared with."""


class Follower(Recorder):
    """A recorder that gives up at the first call whose outcome is not the one of another record.

    What a test computes after its calls, its own oracle, is most of its cost.
    """

    def __init__(self, inner: Transport, record: Sequence[Recorded]) -> None:
        super().__init__(inner)
        self._left = _values_of(record)

    def request(self, ops: list[Op], calls: Sequence[str]) -> list[Any]:
        """See `verbs.Transport`.

        Raises:
            Diverged: the outcome is another one.
        """
        before = len(self._calls)
        try:
            return super().request(ops, calls)
        finally:
            for entry in _values_of(self._calls[before:]):
                if not self._left or not _same_call(self._left.pop(0), entry):
                    raise Diverged


def _same_call(one: Recorded, other: Recorded) -> bool:
    if one.call != other.call or one.op["op"] != other.op["op"]:
        return False
    if one.error is not None or other.error is not None:
        return _said(one.error) == _said(other.error)
    if one.op["op"] == "gradients":
        return (
            alike(one.reply["value"], other.reply["value"])
            and alike(one.reply["inputs"], other.reply["inputs"])
            and _same_set(one.reply["parameters"].values(), other.reply["parameters"].values(), alike)
        )
    return alike(one.reply, other.reply)


def _said(error: BaseException | None) -> tuple[str, str, str]:
    if error is None:
        return "", "", ""
    return type(error).__name__, getattr(error, "kind", getattr(error, "reason", "")), getattr(error, "text", "")


def _same_set(mine: Iterable[Any], theirs: Iterable[Any], same: Callable[[Any, Any], bool]) -> bool:
    """The same things in any order: parameters, say, have the student's own names."""
    left = list(theirs)
    for one in mine:
        found = next((place for place, other in enumerate(left) if same(one, other)), None)
        if found is None:
            return False
        del left[found]
    return not left


def alike(one: Any, other: Any) -> bool:
    """Are two replies equal in structure, dtype and shape, and their numbers within the tolerances of the tests?"""
    if isinstance(one, numpy.ndarray):
        one = torch.from_numpy(one)
    if isinstance(other, numpy.ndarray):
        other = torch.from_numpy(other)
    if isinstance(one, torch.Tensor) or isinstance(other, torch.Tensor):
        return (
            isinstance(one, torch.Tensor)
            and isinstance(other, torch.Tensor)
            and one.shape == other.shape
            and one.dtype == other.dtype
            and _close(one, other)
        )
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(alike(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, float) and isinstance(other, float):
        return _close(torch.tensor(one), torch.tensor(other))
    return type(one) is type(other) and (one == other or _described(one) == _described(other))


def _close(one: torch.Tensor, other: torch.Tensor) -> bool:
    if not one.is_floating_point():
        return bool((one == other).all())
    error = (one.double() - other.double()).abs()
    fits = (error <= ATOL + RTOL * other.double().abs()) | (one == other) | (one.isnan() & other.isnan())
    return bool(fits.all())


def _described(value: Any) -> Any:
    """What is known of a value that has no equality of its own: a strange object, a tensor without values."""
    return getattr(value, "__dict__", value)
