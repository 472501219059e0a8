"""Binding what a student declared to its role, so that names never cost points.

A role is a layer that the text asks for, e.g. the Linear from 7 to 11. It is found by the name that the text
fixes, else by type and shape; tests use sizes that are all different, so that shapes identify roles.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch

from autograder.isolation.handles import Model
from autograder.isolation.wire.structure import Layer, Parameter, Structure
from autograder.judging.compare import Mismatch

Weights = Mapping[str, Mapping[str, torch.Tensor]]


@dataclass(frozen=True)
class Role:
    """A layer that the text asks for.

    Attributes:
        name: the role's name in tests, e.g. `output`.
        type: torch.nn class name.
        shapes: parameter shapes by torch's local names (`weight`, `weight_ih_l0`, …).
        words: the role in words, for messages.
        given: the attribute's name where the text fixes it, else empty.
    """

    name: str
    type: str
    shapes: Mapping[str, tuple[int, ...]]
    words: str
    given: str = ""


def linear(name: str, inputs: int, outputs: int, given: str = "") -> Role:
    """A Linear layer: weight (outputs, inputs), bias (outputs)."""
    shapes = {"weight": (outputs, inputs), "bias": (outputs,)}
    return Role(name, "Linear", shapes, f"a Linear layer from {inputs} to {outputs}", given)


def embedding(name: str, rows: int, size: int, given: str = "") -> Role:
    """An Embedding: weight (rows, size)."""
    return Role(name, "Embedding", {"weight": (rows, size)}, f"an Embedding of {rows} × {size}", given)


def layer_norm(name: str, size: int, given: str = "") -> Role:
    """A LayerNorm: weight and bias (size)."""
    return Role(name, "LayerNorm", {"weight": (size,), "bias": (size,)}, f"a LayerNorm of {size}", given)


def rnn(name: str, inputs: int, hidden: int, given: str = "") -> Role:
    """A one-layer nn.RNN."""
    return _recurrent(name, "RNN", inputs, hidden, 1, given)


def lstm(name: str, inputs: int, hidden: int, given: str = "") -> Role:
    """A one-layer nn.LSTM."""
    return _recurrent(name, "LSTM", inputs, hidden, 4, given)


def _recurrent(name: str, kind: str, inputs: int, hidden: int, gates: int, given: str) -> Role:
    rows = gates * hidden
    shapes = {
        "weight_ih_l0": (rows, inputs),
        "weight_hh_l0": (rows, hidden),
        "bias_ih_l0": (rows,),
        "bias_hh_l0": (rows,),
    }
    return Role(name, kind, shapes, f"an nn.{kind} from {inputs} to {hidden}", given)


def random_weights(
    roles: Iterable[Role], generator: torch.Generator, scale: float = 0.6
) -> dict[str, dict[str, torch.Tensor]]:
    """Draw every parameter of every role, biases and LayerNorm's too, uniform in ±scale."""
    return {
        role.name: {
            local: torch.empty(shape).uniform_(-scale, scale, generator=generator)
            for local, shape in role.shapes.items()
        }
        for role in roles
    }


def load_roles(model: Model, roles: Sequence[Role], weights: Weights, which: int = 0) -> Model:
    """Copy the weights of roles into the layers that play them.

    Args:
        model: the student's object.
        roles: all roles to bind.
        weights: values by role and torch's local parameter name.
        which: which of the possible bindings, where roles are ambiguous.

    Raises:
        Mismatch: the object has no layer for a role.
    """
    if which:
        found = next(itertools.islice(bindings(model.structure, roles), which, None))
    else:
        found = likeliest(model.structure, roles)
    values = {}
    for full, (role, local, transposed) in found.items():
        value = weights[role][local]
        values[full] = value.T.contiguous() if transposed else value
    return model.load(values)


# Student's full parameter name → (role, torch's local parameter name, stored transposed?)
Binding = dict[str, tuple[str, str, bool]]
_MOST = 1000  # bindings that are remembered
_likeliest: dict[Hashable, tuple[Structure, Binding]] = {}


def likeliest(structure: Structure, roles: Sequence[Role]) -> Binding:
    """The first of the possible bindings. Objects of the same structure are bound again and again: it is remembered.

    Raises:
        Mismatch: a role has no layer.
    """
    asked = tuple([(role.name, role.type, role.given, *role.shapes.items()) for role in roles])
    key = id(structure), asked
    if key not in _likeliest:
        if len(_likeliest) >= _MOST:
            _likeliest.clear()
        _likeliest[key] = structure, next(bindings(structure, roles))  # kept alive, so that its id stays its own
    return _likeliest[key][1]


def bindings(structure: Structure, roles: Sequence[Role]) -> Iterator[Binding]:
    """Yield the possible bindings, the likeliest first: given names, then order of declaration.

    Where one role has several layers of its type and shape, all of them get its values: whichever the student
    uses is the right one.

    Raises:
        Mismatch: a role has no layer.
    """
    groups: dict[tuple[str, tuple[tuple[str, tuple[int, ...]], ...]], list[Role]] = {}
    fixed: Binding = {}
    taken: set[str] = set()
    bare: set[str] = set()  # parameters without a layer that play a role already
    for role in roles:
        named = next((layer for layer in structure.layers if role.given and layer.name == role.given), None)
        if named is not None and _fits(named, role):
            fixed.update(_bind_layer(named, role))
            taken.add(named.name)
        else:
            groups.setdefault((role.type, tuple(sorted(role.shapes.items()))), []).append(role)
    choices = [list(_group_bindings(structure, group, taken, bare)) for group in groups.values()]
    for combination in itertools.product(*choices):
        merged = dict(fixed)
        for part in combination:
            merged.update(part)
        yield merged


def _group_bindings(structure: Structure, roles: list[Role], taken: set[str], bare: set[str]) -> Iterator[Binding]:
    """Bindings of the roles that share type and shape."""
    layers = [layer for layer in structure.layers if layer.name not in taken and _fits(layer, roles[0])]
    if len(layers) < len(roles):
        raw = _raw_binding(structure, roles, bare)
        if raw is None:
            raise Mismatch(f"no layer was found for one that the text asks for: {roles[0].words}")
        yield from _either_way(structure, raw)
    elif len(roles) == 1:
        merged: Binding = {}
        for layer in layers:
            merged.update(_bind_layer(layer, roles[0]))
        yield merged
    else:
        for chosen in itertools.permutations(layers, len(roles)):
            merged = {}
            for layer, role in zip(chosen, roles, strict=True):
                merged.update(_bind_layer(layer, role))
            yield merged


def _local(name: str) -> str:
    """RNNCell and LSTMCell name their parameters as RNN and LSTM do, without the layer's number."""
    return name.removesuffix("_l0")


def _fits(layer: Layer, role: Role) -> bool:
    if layer.type not in (role.type, role.type + "Cell"):
        return False
    own = {_local(name): shape for name, shape in layer.shapes.items()}
    # A bias may be missing: then the values tell, with a better message than this could give.
    return all(
        own.get(_local(name)) == shape or (name.startswith("bias") and _local(name) not in own)
        for name, shape in role.shapes.items()
    )


def _bind_layer(layer: Layer, role: Role) -> Binding:
    own = {_local(name): name for name in layer.shapes}
    return {layer.full(own[_local(local)]): (role.name, local, False) for local in role.shapes if _local(local) in own}


def _raw_binding(structure: Structure, roles: list[Role], bare: set[str]) -> Binding | None:
    """Bind parameters that the student declared without a layer, by shape or by the transposed shape.

    Args:
        structure: what the student declared.
        roles: the roles of one group.
        bare: parameters that other groups have taken; those taken here are added.
    """
    torch_owned = {layer.full(local) for layer in structure.layers if layer.type for local in layer.shapes}
    free = [
        entry
        for entry in structure.parameters
        if entry.name not in torch_owned and entry.name not in bare and not entry.alias
    ]
    binding: Binding = {}
    for role in roles:
        for local, shape in role.shapes.items():
            match = _take(free, shape)
            if match is not None:
                binding[match.name] = (role.name, local, match.shape != shape)
            elif not local.startswith("bias"):
                return None
    bare.update(binding)
    return binding


def _either_way(structure: Structure, raw: Binding) -> Iterator[Binding]:
    """A square matrix without a layer may be meant transposed: its shape does not tell."""
    square = [entry.name for entry in structure.parameters if entry.name in raw and _is_square(entry.shape)]
    for turned in itertools.product((False, True), repeat=len(square)):
        yield raw | {name: (*raw[name][:2], way) for name, way in zip(square, turned, strict=True)}


def _is_square(shape: tuple[int, ...]) -> bool:
    return len(shape) == 2 and shape[0] == shape[1]


def _take(free: list[Parameter], shape: tuple[int, ...]) -> Parameter | None:
    for wanted in (shape, shape[::-1]):
        for entry in free:
            if entry.shape == wanted:
                free.remove(entry)
                return entry
    return None
