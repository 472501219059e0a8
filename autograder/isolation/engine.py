"""Carries out the verbs of a handle beside student code: in the worker, or in the student's own notebook.

It knows no test, holds no expected value and gives no verdict.
"""

from __future__ import annotations

import json
import linecache
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

Op = dict[str, Any]
# Where a torch layer's options are reported from; all are plain numbers, texts or truth values.
_OPTIONS = [
    "in_features",
    "out_features",
    "num_embeddings",
    "embedding_dim",
    "padding_idx",
    "input_size",
    "hidden_size",
    "num_layers",
    "bidirectional",
    "batch_first",
    "nonlinearity",
    "dropout",
    "p",
    "normalized_shape",
    "eps",
]
_MAX_TEXT = 2000


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
        self._next = 0

    def run(self, op: Op) -> Op:
        """Carry out one verb and return `{"ok": …}`, or `{"error": …}` when student code raised."""
        try:
            return {"ok": getattr(self, "_do_" + op["op"])(op)}
        except BaseException as error:  # student code may raise anything, SystemExit included
            try:
                return {"error": self._describe_error(error)}
            except BaseException:  # an exception made so that it cannot be described
                return {"error": {"kind": "Exception", "text": "", "frames": []}}

    # Verbs ------------------------------------------------------------------------------------------

    def _do_reset(self, op: Op) -> None:
        self._objects.clear()
        torch.default_generator.manual_seed(op["seed"])

    def _do_import(self, op: Op) -> None:
        self._resolve(op["name"])

    def _do_build(self, op: Op) -> Op:
        made = self._resolve(op["name"])(*self._real(op["args"]), **self._real(op["kwargs"]))
        # As one text: it is long, and the same for every object of a class and sizes.
        return {"ref": self._keep(made), "structure": json.dumps(structure(made))}

    def _do_stand_in(self, op: Op) -> Op:
        made = self._stand_ins[op["name"]](*self._real(op["args"]), **self._real(op["kwargs"]))
        return {"ref": self._keep(made), "structure": "{}"}

    def _do_function(self, op: Op) -> Op:
        return self._timed_call(self._resolve(op["name"]), op)

    def _do_call(self, op: Op) -> Op:
        target = self._objects[op["ref"]]
        # `forward` goes through __call__, as in training; other methods are called as they are.
        method = target if op["method"] == "forward" else getattr(target, op["method"])
        return self._timed_call(method, op)

    def _timed_call(self, function: Callable[..., Any], op: Op) -> Op:
        args, kwargs = self._real(op["args"]), self._real(op["kwargs"])
        before = [value.clone() if isinstance(value, torch.Tensor) else None for value in args]
        with torch.no_grad():
            value = function(*args, **kwargs)
        changed = [
            position
            for position, (old, new) in enumerate(zip(before, args, strict=True))
            if old is not None and not _same(old, new)
        ]
        return {"value": _plain(value), "changed": changed}

    def _do_load(self, op: Op) -> None:
        parameters = dict(self._objects[op["ref"]].named_parameters(remove_duplicate=False))
        with torch.no_grad():
            for name, value in op["weights"].items():
                if parameters[name].shape != value.shape:  # copy_ would broadcast
                    raise ValueError(f"{name} has shape {tuple(parameters[name].shape)}, not {tuple(value.shape)}")
                parameters[name].copy_(value)

    def _do_weights(self, op: Op) -> Op:
        return {name: _plain(value) for name, value in self._objects[op["ref"]].named_parameters()}

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
        target = self._objects[op["ref"]]
        method = target if op["method"] == "forward" else getattr(target, op["method"])
        args = [
            value.clone().requires_grad_() if isinstance(value, torch.Tensor) and value.is_floating_point() else value
            for value in self._real(op["args"])
        ]
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
            "parameters": {name: _grad(value) for name, value in target.named_parameters()},
            "inputs": [_grad(value) if isinstance(value, torch.Tensor) else None for value in args],
        }

    # Helpers ----------------------------------------------------------------------------------------

    def _keep(self, made: Any) -> int:
        self._next += 1
        self._objects[self._next] = made
        return self._next

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


def structure(made: Any) -> Op:
    """Describe a module's layers and parameters as plain data; empty for anything that is no module."""
    if not isinstance(made, nn.Module):
        return {}
    names: dict[int, str] = {}
    parameters = []
    for name, value in made.named_parameters(remove_duplicate=False):
        alias = names.setdefault(id(value), name)
        parameters.append(
            [
                name,
                list(value.shape),
                str(value.dtype)[6:],
                value.requires_grad,
                "" if alias == name else alias,
            ]
        )
    layers = []
    for name, layer in made.named_modules():
        own = {key: list(value.shape) for key, value in layer.named_parameters(recurse=False)}
        options = {key: _plain_option(getattr(layer, key)) for key in _OPTIONS if hasattr(layer, key)}
        layers.append([name, torch_type(layer), own, options])
    return {"parameters": parameters, "layers": layers}


def torch_type(layer: nn.Module) -> str:
    """Name of the nearest class of torch.nn in a layer's ancestry; empty for the student's own modules."""
    for base in type(layer).__mro__:
        if base.__module__.startswith("torch.nn.modules.") and base is not nn.Module:
            return base.__name__
    return ""


def _plain_option(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_plain_option(item) for item in value[:8]]
    return value if isinstance(value, (bool, int, float, str)) or value is None else str(type(value).__name__)


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


def _grad(value: torch.Tensor) -> torch.Tensor | None:
    return None if value.grad is None else value.grad.detach().clone()


def _same(old: torch.Tensor, new: torch.Tensor) -> bool:
    return old.shape == new.shape and bool(((old == new) | ((old != old) & (new != new))).all())
