"""Carries out the verbs of a handle beside student code: in the worker, or in the student's own notebook.

It knows no test, holds no expected value and gives no verdict.
"""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from autograder.isolation import elsewhere, insides
from autograder.isolation.wire.structure import describe

Op = dict[str, Any]
_MAX_TEXT = 2000
_ANYWHERE = frozenset({"reset", "seed", "mode", "load", "replace"})  # they make no tensor


class Ref:
    """A reference to an object that lives beside the student code."""

    def __init__(self, number: int) -> None:
        self.number = number


class Engine:
    """Objects built from student classes, and the verbs on them.

    Args:
        resolve: gives the student's class or function of a name; raises what importing its module raises.
        stand_ins: the assignment's stand-in classes by name.
        own_file: does this file name belong to the student?
    """

    def __init__(
        self,
        resolve: Callable[[str], Any],
        stand_ins: Mapping[str, Any],
        own_file: Callable[[str], bool],
    ) -> None:
        self._resolve = resolve
        self._stand_ins = stand_ins
        self._own_file = own_file
        self._objects: dict[int, Any] = {}
        self._arguments: Sequence[Any] = ()

    def run(self, op: Op) -> Op:
        """Carry out one verb and return `{"ok": …}`, or `{"error": …}` when student code raised."""
        try:
            carry_out = getattr(self, "_do_" + op["op"])
            with _unfilled_is_nan():
                away = "elsewhere" in op and op["op"] not in _ANYWHERE
                return {"ok": self._elsewhere(carry_out, op) if away else carry_out(op)}
        except BaseException as error:  # student code may raise anything, SystemExit included
            try:
                return {"error": self._describe_error(error)}
            except BaseException:  # an exception made so that it cannot be described
                return {"error": {"kind": "Exception", "text": "", "frames": []}}

    # Verbs ------------------------------------------------------------------------------------------

    def _do_reset(self, op: Op) -> None:
        self._objects.clear()
        self._arguments = ()
        torch.default_generator.manual_seed(op["seed"])

    def _do_import(self, op: Op) -> None:
        self._resolve(op["name"])

    def _do_build(self, op: Op) -> Op:
        made = self._resolve(op["name"])(*self._real(op["args"]), **self._real(op["kwargs"]))
        self._objects[op["ref"]] = made
        return self._do_describe(op) if op["told"] else {}

    def _do_describe(self, op: Op) -> Op:
        return {"structure": describe(self._objects[op["ref"]])}

    def _do_stand_in(self, op: Op) -> None:
        made = self._stand_ins[op["name"]](*self._real(op["args"]), **self._real(op["kwargs"]))
        self._objects[op["ref"]] = made

    def _do_function(self, op: Op) -> Op:
        return self._called(self._resolve(op["name"]), op)

    def _do_call(self, op: Op) -> Op:
        return self._called(self._method(op), op)

    def _called(self, function: Callable[..., Any], op: Op) -> Op:
        self._arguments = self._real(op["args"])
        with torch.no_grad():
            value = function(*self._arguments, **self._real(op["kwargs"]))
        if op.get("elsewhere"):
            elsewhere.require_away(value)
        return {"value": _plain(value)}

    def _do_arguments(self, op: Op) -> Any:
        """What the positional arguments of the last call have become."""
        return _plain(self._arguments)

    def _do_load(self, op: Op) -> None:
        parameters = insides.parameters(self._objects[op["ref"]], repeated=True)
        with torch.no_grad():
            for name, value in op["weights"].items():
                if parameters[name].shape != value.shape:  # copy_ would broadcast
                    raise ValueError(f"{name} has shape {tuple(parameters[name].shape)}, not {tuple(value.shape)}")
                parameters[name].copy_(value)

    def _do_weights(self, op: Op) -> Op:
        found = insides.parameters(self._objects[op["ref"]], repeated=False)
        return {name: _plain(value) for name, value in found.items()}

    def _do_mode(self, op: Op) -> None:
        self._objects[op["ref"]].train(op["train"])

    def _do_seed(self, op: Op) -> None:
        torch.default_generator.manual_seed(op["seed"])

    def _do_replace(self, op: Op) -> None:
        # Past nn.Module.__setattr__: the instance's own attribute hides the class's method.
        object.__setattr__(self._objects[op["ref"]], op["method"], self._objects[op["by"]])

    def _do_attribute(self, op: Op) -> Any:
        return _plain(getattr(self._objects[op["ref"]], op["name"]))

    def _do_gradients(self, op: Op) -> Op:
        """Backpropagate Σ output·cotangent and return the gradients of parameters and float inputs."""
        target, method = self._objects[op["ref"]], self._method(op)
        args = _followed(self._real(op["args"]))
        target.zero_grad(set_to_none=True)
        with torch.enable_grad():
            value = method(*args, **self._real(op["kwargs"]))
            outputs = [leaf for leaf in _leaves(value) if leaf.is_floating_point()]
            terms = [(out * weight).sum() for out, weight in zip(outputs, op["cotangents"], strict=False)]
            connected = [term for term in terms if term.requires_grad]
            if connected:
                torch.autograd.backward(torch.stack(connected).sum())
        return {
            "value": _plain(value),
            "parameters": {name: _grad(value) for name, value in insides.parameters(target, repeated=False).items()},
            "inputs": _grads(args),
        }

    # Helpers ----------------------------------------------------------------------------------------

    def _elsewhere(self, carry_out: Callable[[Op], Any], op: Op) -> Any:
        """Carry out a verb on a device that is not the CPU."""
        with elsewhere.Elsewhere():
            reply = carry_out({**op, **{key: elsewhere.away(op[key]) for key in ("args", "kwargs") if key in op}})
            if op["op"] in ("build", "stand_in"):
                elsewhere.move(self._objects[op["ref"]])
            return reply

    def _method(self, op: Op) -> Callable[..., Any]:
        """The object itself for `forward`, which goes through __call__ as in training; else the method as it is."""
        target: Callable[..., Any] = self._objects[op["ref"]]
        return target if op["method"] == "forward" else getattr(target, op["method"])

    def _real(self, value: Any) -> Any:
        """Replace references by their objects."""
        if isinstance(value, Ref):
            return self._objects[value.number]
        if isinstance(value, (list, tuple)):
            return type(value)(self._real(item) for item in value)
        if isinstance(value, dict):
            return {key: self._real(item) for key, item in value.items()}
        return value

    def _describe_error(self, error: BaseException) -> Op:
        frames = []
        for entry in traceback.extract_tb(error.__traceback__):
            if self._own_file(entry.filename):
                text = linecache.getline(entry.filename, entry.lineno or 0).strip()
                frames.append([entry.filename, entry.lineno or 0, entry.name, text[:200]])
        if isinstance(error, SyntaxError) and self._own_file(error.filename or ""):
            frames.append([error.filename, error.lineno or 0, "<module>", (error.text or "").strip()[:200]])
        try:
            text = str(error.msg if isinstance(error, SyntaxError) else error)
        except BaseException:
            text = ""
        return {"kind": type(error).__name__[:100], "text": text[:_MAX_TEXT], "frames": frames[-10:]}


def fill_with_nan() -> None:
    """Let memory that torch.empty leaves unfilled hold NaN: who reads it is wrong each time, not now and then."""
    torch.set_deterministic_debug_mode("warn")


@contextmanager
def _unfilled_is_nan() -> Iterator[None]:
    """Fill with NaN while student code runs; a worker does so from its start."""
    before = torch.get_deterministic_debug_mode()
    if before:
        yield
        return
    fill_with_nan()
    try:
        yield
    finally:
        torch.set_deterministic_debug_mode(before)


def _plain(value: Any) -> Any:
    """Copy tensors out of student hands. Of an unknown thing only its type's name is kept."""
    if isinstance(value, torch.Tensor):
        copy = value.detach().clone()
        # A sparse tensor has no storage that another class could look at; it is a plain tensor already.
        return copy if type(copy) is torch.Tensor else copy.as_subclass(torch.Tensor)
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value[:64])
    if isinstance(value, list):
        return [_plain(item) for item in value[:64]]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in list(value.items())[:64]}
    if value is None or isinstance(value, (bool, int, float, str, torch.device)):
        return value
    if type(value).__module__ == "numpy":
        return _from_numpy(value)
    return Opaque(type(value).__name__)


class Opaque:
    """A value that is no tensor, number, text or collection; only its type's name is known."""

    def __init__(self, kind: str) -> None:
        self.kind = kind[:100]

    def __repr__(self) -> str:
        return f"<{self.kind}>"


def _from_numpy(value: Any) -> Any:
    import numpy

    if isinstance(value, numpy.generic):
        return value.item()
    return numpy.array(value, copy=True) if isinstance(value, numpy.ndarray) else Opaque(type(value).__name__)


def _leaves(value: Any) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (tuple, list)):
        return [leaf for item in value for leaf in _leaves(item)]
    return []


def _followed(value: Any) -> Any:
    """Copies of float tensors, also in tuples and lists, that autograd follows."""
    if isinstance(value, torch.Tensor):
        return value.clone().requires_grad_() if value.is_floating_point() else value
    return type(value)(_followed(item) for item in value) if isinstance(value, (list, tuple)) else value


def _grads(args: Sequence[Any]) -> list[Any]:
    """The gradients that reached arguments; lists of them for tuples and lists."""
    return [
        _grads(value) if isinstance(value, (list, tuple)) else _grad(value) if isinstance(value, torch.Tensor) else None
        for value in args
    ]


def _grad(value: torch.Tensor) -> torch.Tensor | None:
    return None if value.grad is None else value.grad.detach().clone()
