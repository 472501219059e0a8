"""The one way in which a test reaches student code: a few explicit verbs.

    lstm = student.build("LSTM", 3, 5)
    lstm.load({"W_ii": torch.zeros(3, 5)}).eval()
    h, c = lstm.call(x)

The same verbs run in the student's notebook (`local.py`) and through a confined worker (`remote.py`). Tensors
are copied in and out: changing one in a test changes nothing on the other side.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from autograder.isolation.engine import Ref
from autograder.isolation.faults import StudentError, WorkerLost
from autograder.isolation.verbs import Answer, Queue, Transport
from autograder.isolation.wire.structure import Structure

Recipe = tuple[str, tuple[Any, ...], tuple[tuple[str, Any], ...]]
# Numbers of objects are given on this side: there is nothing to lie about, and nothing to wait for.
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Gradients:
    """What `Model.gradients` returns: the output, and the gradient or None of each parameter and input.

    For an input that is a tuple there is a list of them.
    """

    value: Any
    parameters: Mapping[str, torch.Tensor | None]
    inputs: Sequence[Any]


class Student(Queue):
    """A student's classes and functions, reached through a transport.

    Args:
        transport: the transport.
        known: what objects were made of that were built earlier. One that is built in the same way is taken to be made
            of the same, without asking; see `misled`. None: ask each time.
    """

    def __init__(self, transport: Transport, known: dict[Recipe, Structure] | None = None) -> None:
        super().__init__(transport)
        self.known = known
        self._assumed: list[tuple[Model, Structure]] = []

    def elsewhere(self) -> Student:
        """Go to a device that is not the CPU, see `elsewhere.py`: all later verbs are carried out there."""
        self.marks["elsewhere"] = True
        return self

    def reset(self, seed: int) -> None:
        """Forget all objects, whatever still waits, and seed the random stream."""
        self.forget()
        self.later({"op": "reset", "seed": seed})

    def build(self, name: str, *args: Any, **kwargs: Any) -> Model:
        """Construct one of the student's classes.

        What its module or its constructor raises, the next verb with a result raises, or `Model.structure`.
        """
        ref = next(_numbers)
        op = {"op": "build", "ref": ref, "name": name, "args": wrap(args), "kwargs": wrap(kwargs), "told": False}
        recipe = _recipe(name, args, {**kwargs, **self.marks}) if self.known is not None else None
        return Model(self, name, ref, self.ask(op, f"{name}(…)", _structure), recipe)

    def tell(self) -> None:
        """Let all objects that wait to be built say what they are made of, too: asking for each costs a message."""
        for op, _ in self.waiting:
            if op["op"] == "build":
                op["told"] = True

    def assume(self, model: Model) -> Structure | None:
        """What an object is made of, if one that was built alike is known."""
        if self.known is None or model.recipe not in self.known:
            return None
        self._assumed.append((model, self.known[model.recipe]))
        return self.known[model.recipe]

    def misled(self) -> bool:
        """Is one of the objects made of something else than was assumed? Asked where something has failed."""
        self.forget()
        for model, assumed in self._assumed:
            with contextlib.suppress(StudentError, WorkerLost):  # it was never built, or cannot be asked any more
                if model.described() != assumed:
                    return True
        return False

    def stand_in(self, name: str, *args: Any, **kwargs: Any) -> Model:
        """Construct one of the assignment's stand-ins beside the student code."""
        ref = next(_numbers)
        self.later({"op": "stand_in", "ref": ref, "name": name, "args": wrap(args), "kwargs": wrap(kwargs)})
        return Model(self, name, ref)

    def call(self, function: str, *args: Any, **kwargs: Any) -> Any:
        """Call one of the student's functions, without gradient."""
        op = {"op": "function", "name": function, "args": wrap(args), "kwargs": wrap(kwargs)}
        return self.ask(op, function, lambda reply: reply["value"]).value


@dataclass
class Model:
    """An object built from one of the student's classes, or a stand-in."""

    student: Student
    name: str
    ref: int
    _built: Answer[Structure | None] | None = None
    recipe: Recipe | None = None
    _sent: tuple[Any, ...] = ()

    @property
    def structure(self) -> Structure:
        """Its parameters and layers; a stand-in's are not told.

        Raises:
            StudentError: its module or its constructor raised.
        """
        if not self._built:
            return Structure()
        assumed = self.student.assume(self)
        if assumed is not None:
            self._built.trusted = True
            return assumed
        self.student.tell()
        found = self._built.value or self.described()  # the latter where it was built before anyone asked
        if self.student.known is not None and self.recipe is not None:
            self.student.known[self.recipe] = found
        return found

    def described(self) -> Structure:
        """Ask what it is made of now."""
        self._built = self.student.ask({"op": "describe", "ref": self.ref}, f"{self.name}(…)", _structure)
        return self._built.value or Structure()

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
        """Call the object (or one of its methods) without gradient and return copies of what it returns."""
        return self.ask(*args, method=method, **kwargs).value

    def ask(self, *args: Any, method: str = "forward", **kwargs: Any) -> Answer[Any]:
        """Like `call`, but do not wait for the answer: more verbs may follow before anyone looks at it."""
        op = {"op": "call", "ref": self.ref, "method": method, "args": wrap(args), "kwargs": wrap(kwargs)}
        self._sent = _copied(args)
        return self.student.ask(op, f"{self.name}.{method}", lambda reply: reply["value"])

    @property
    def changed(self) -> tuple[int, ...]:
        """Positions of the arguments of the last call whose tensors it has changed in place.

        The arguments come back and are compared on this side. Ask before the next call of any object.
        """
        return self.ask_changed().value

    def ask_changed(self) -> Answer[tuple[int, ...]]:
        """Like `changed`, but do not wait for the answer."""
        sent = self._sent

        def read(reply: Any) -> tuple[int, ...]:
            pairs = zip(sent, reply, strict=True)
            return tuple(place for place, (before, now) in enumerate(pairs) if not _same(before, now))

        return self.student.ask({"op": "arguments"}, f"{self.name}'s arguments", read)

    def gradients(
        self, *args: Any, cotangents: Sequence[torch.Tensor], method: str = "forward", **kwargs: Any
    ) -> Gradients:
        """Backpropagate Σ outputₖ·cotangentₖ over the float tensors that the call returns, in order."""
        return self.ask_gradients(*args, cotangents=cotangents, method=method, **kwargs).value

    def ask_gradients(
        self, *args: Any, cotangents: Sequence[torch.Tensor], method: str = "forward", **kwargs: Any
    ) -> Answer[Gradients]:
        """Like `gradients`, but do not wait for the answer."""
        op = {
            "op": "gradients",
            "ref": self.ref,
            "method": method,
            "args": wrap(args),
            "kwargs": wrap(kwargs),
            "cotangents": list(cotangents),
        }
        return self.student.ask(
            op,
            f"{self.name}.{method}",
            lambda reply: Gradients(reply["value"], dict(reply["parameters"]), list(reply["inputs"])),
        )

    def weights(self) -> dict[str, torch.Tensor]:
        """Return copies of all parameters by the student's own names."""
        return self.student.ask({"op": "weights", "ref": self.ref}, f"{self.name}'s parameters", dict).value

    def attribute(self, name: str) -> Any:
        """Return a copy of an attribute."""
        op = {"op": "attribute", "ref": self.ref, "name": name}
        return self.student.ask(op, f"{self.name}.{name}", lambda reply: reply).value


def _recipe(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Recipe | None:
    """How an object is built, where that can be told by plain values."""
    values = (*args, *kwargs.values())
    plain = all(isinstance(value, (int, float, str, torch.device, type(None))) for value in values)
    return (name, args, tuple(kwargs.items())) if plain else None


def _structure(reply: Any) -> Structure | None:
    return Structure.parse(reply["structure"]) if reply else None


def wrap(value: Any) -> Any:
    """Replace handles by references."""
    if isinstance(value, Model):
        return Ref(value.ref)
    if isinstance(value, (list, tuple)):
        return type(value)(wrap(item) for item in value)
    if isinstance(value, dict):
        return {key: wrap(item) for key, item in value.items()}
    return value


def _copied(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Keep tensors as they are now, also in tuples and lists; None in place of all else."""
    return tuple(
        value.detach().clone()
        if isinstance(value, torch.Tensor)
        else _copied(tuple(value))
        if isinstance(value, (tuple, list))
        else None
        for value in args
    )


def _same(sent: Any, now: Any) -> bool:
    """Are the tensors of an argument what they were?"""
    if isinstance(sent, tuple):
        return all(_same(*pair) for pair in zip(sent, now, strict=True))
    if not isinstance(sent, torch.Tensor):
        return True
    equal = sent.shape == now.shape and (sent == now) | ((sent != sent) & (now != now))  # NaN equals NaN here
    return bool(torch.as_tensor(equal).all())
