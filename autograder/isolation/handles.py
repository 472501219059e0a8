"""The one way in which a test reaches student code: a few explicit verbs.

    lstm = student.build("LSTM", 3, 5)
    lstm.load({"W_ii": torch.zeros(3, 5)}).eval()
    h, c = lstm.call(x)

The same verbs run in the student's notebook (`local.py`) and through a confined worker (`remote.py`). Tensors
are copied in and out: changing one in a test changes nothing on the other side.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol, TypeVar

import torch

from autograder.isolation.engine import Op, Ref
from autograder.isolation.faults import WorkerLost

Result = TypeVar("Result")


class Transport(Protocol):
    """Carries verbs to an engine."""

    def request(self, ops: list[Op], call: str) -> list[Any]:
        """Carry out verbs in order and return their results.

        Args:
            ops: the verbs; the last one is what the test asked for.
            call: how a person would name the call, e.g. `LSTM.forward`.

        Raises:
            StudentError: student code raised.
            WorkerLost: the worker hung, died or broke the protocol.
        """
        ...


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
    @lru_cache(maxsize=256)
    def parse(text: str) -> Structure:
        """Read the JSON that `build` replies; anything malformed raises ValueError, TypeError or KeyError."""
        raw = json.loads(text)
        if not raw:
            return Structure()
        parameters = tuple(
            Parameter(str(name), tuple(int(size) for size in shape), str(dtype), bool(trainable), str(alias))
            for name, shape, dtype, trainable, alias in raw["parameters"]
        )
        layers = tuple(
            Layer(
                str(name),
                str(kind),
                {str(key): tuple(int(size) for size in shape) for key, shape in own.items()},
                dict(options),
            )
            for name, kind, own, options in raw["layers"]
        )
        return Structure(parameters, layers)


@dataclass(frozen=True)
class Gradients:
    """What `Model.gradients` returns: the output, and the gradient or None of each parameter and input."""

    value: Any
    parameters: Mapping[str, torch.Tensor | None]
    inputs: Sequence[torch.Tensor | None]


@dataclass
class Student:
    """A student's classes and functions, reached through a transport."""

    transport: Transport
    _pending: list[Op] = field(default_factory=list)

    def reset(self, seed: int) -> None:
        """Forget all objects and seed the random stream; carried out before the next verb."""
        self._pending = [{"op": "reset", "seed": seed}]

    def build(self, name: str, *args: Any, **kwargs: Any) -> Model:
        """Construct one of the student's classes.

        Raises:
            StudentError: its module or its constructor raised.
        """
        op = {"op": "build", "name": name, "args": wrap(args), "kwargs": wrap(kwargs)}
        return self.do(
            op,
            f"{name}(…)",
            lambda reply: Model(self, name, int(reply["ref"]), Structure.parse(reply["structure"])),
        )

    def stand_in(self, name: str, *args: Any, **kwargs: Any) -> Model:
        """Construct one of the assignment's stand-ins beside the student code."""
        op = {"op": "stand_in", "name": name, "args": wrap(args), "kwargs": wrap(kwargs)}
        return self.do(op, f"{name}(…)", lambda reply: Model(self, name, int(reply["ref"]), Structure()))

    def call(self, function: str, *args: Any, **kwargs: Any) -> Any:
        """Call one of the student's functions, without gradient."""
        op = {"op": "function", "name": function, "args": wrap(args), "kwargs": wrap(kwargs)}
        return self.do(op, function, lambda reply: reply["value"])

    def do(self, op: Op, call: str, read: Callable[[Any], Result]) -> Result:
        """Carry out the waiting verbs and this one in a single message; return this one's result.

        Args:
            op: the verb.
            call: how a person would name the call.
            read: makes the result of the reply; what it raises on a malformed reply is the student's side's fault.
        """
        ops, self._pending = [*self._pending, op], []
        reply = self.transport.request(ops, call)[-1]
        try:
            return read(reply)
        except (TypeError, ValueError, LookupError, AttributeError, OverflowError):
            raise WorkerLost(call, "protocol", f"{call} returned something that cannot be read") from None

    def later(self, op: Op) -> None:
        """Queue a verb that has no result."""
        self._pending.append(op)


@dataclass
class Model:
    """An object built from one of the student's classes."""

    student: Student
    name: str
    ref: int
    structure: Structure
    changed: tuple[int, ...] = ()

    def load(self, weights: Mapping[str, torch.Tensor]) -> Model:
        """Copy values into parameters, given by the student's own names. Shapes must fit."""
        self.student.later({"op": "load", "ref": self.ref, "weights": dict(weights)})
        return self

    def train(self) -> Model:
        """Switch to training mode."""
        self.student.later({"op": "mode", "ref": self.ref, "train": True})
        return self

    def eval(self) -> Model:
        """Switch to evaluation mode."""
        self.student.later({"op": "mode", "ref": self.ref, "train": False})
        return self

    def seed(self, seed: int) -> Model:
        """Seed torch's random stream."""
        self.student.later({"op": "seed", "seed": seed})
        return self

    def replace(self, method: str, by: Model) -> Model:
        """Let a stand-in answer instead of one of the object's methods."""
        self.student.later({"op": "replace", "ref": self.ref, "method": method, "by": by.ref})
        return self

    def call(self, *args: Any, method: str = "forward", **kwargs: Any) -> Any:
        """Call the object (or one of its methods) without gradient and return copies of what it returns.

        Afterwards `changed` holds the positions of the tensor arguments that the call has changed in place.
        """
        op = {"op": "call", "ref": self.ref, "method": method, "args": wrap(args), "kwargs": wrap(kwargs)}
        self.changed, value = self.student.do(
            op,
            f"{self.name}.{method}",
            lambda reply: (tuple(int(place) for place in reply["changed"]), reply["value"]),
        )
        return value

    def gradients(
        self, *args: Any, cotangents: Sequence[torch.Tensor], method: str = "forward", **kwargs: Any
    ) -> Gradients:
        """Backpropagate Σ outputₖ·cotangentₖ over the float tensors that the call returns, in order."""
        op = {
            "op": "gradients",
            "ref": self.ref,
            "method": method,
            "args": wrap(args),
            "kwargs": wrap(kwargs),
            "cotangents": list(cotangents),
        }
        return self.student.do(
            op,
            f"{self.name}.{method}",
            lambda reply: Gradients(reply["value"], dict(reply["parameters"]), list(reply["inputs"])),
        )

    def weights(self) -> dict[str, torch.Tensor]:
        """Return copies of all parameters by the student's own names."""
        return self.student.do({"op": "weights", "ref": self.ref}, f"{self.name}'s parameters", dict)

    def attribute(self, name: str) -> Any:
        """Return a copy of an attribute."""
        op = {"op": "attribute", "ref": self.ref, "name": name}
        return self.student.do(op, f"{self.name}.{name}", lambda reply: reply)


def wrap(value: Any) -> Any:
    """Replace handles by references."""
    if isinstance(value, Model):
        return Ref(value.ref)
    if isinstance(value, (list, tuple)):
        return type(value)(wrap(item) for item in value)
    if isinstance(value, dict):
        return {key: wrap(item) for key, item in value.items()}
    return value
