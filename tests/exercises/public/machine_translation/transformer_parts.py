"""The parts of TransformerTranslator that tests load, and checks that several tests share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from autograder.isolation.faults import StudentError
from autograder.isolation.handles import Model, Student
from autograder.isolation.wire.structure import Structure
from autograder.judging import roles
from autograder.judging.compare import Mismatch, require, require_tensor
from autograder.judging.roles import Binding, Role

Weights = Mapping[str, Mapping[str, torch.Tensor]]
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Sizes:
    """Source words, V, hidden size H (even: two heads), feed-forward size, dim_k = dim_q, dim_v, max_length."""

    words: int
    outputs: int
    hidden: int
    feed: int
    key: int
    value: int
    length: int

    def build(self, student: Student) -> Model:
        """Build the student's encoder-only translator."""
        return student.build(
            "TransformerTranslator",
            self.words,
            self.outputs,
            CPU,
            hidden_dim=self.hidden,
            num_heads=2,
            dim_feedforward=self.feed,
            dim_k=self.key,
            dim_v=self.value,
            dim_q=self.key,
            max_length=self.length,
        ).eval()

    def embed_roles(self) -> list[Role]:
        """What `embed` uses."""
        return [
            roles.embedding("word", self.words, self.hidden),
            roles.embedding("position", self.length, self.hidden),
        ]

    def attention_roles(self) -> list[Role]:
        """What `multi_head_attention` uses; all of it is given."""
        heads = [
            roles.linear(name, self.hidden, self.value if name[0] == "v" else self.key, name)
            for name in ("k1", "v1", "q1", "k2", "v2", "q2")
        ]
        return [
            *heads,
            roles.linear("projection", 2 * self.value, self.hidden, "attention_head_projection"),
            self._norm,
        ]

    def feed_roles(self) -> list[Role]:
        """What `feedforward_layer` uses, and the attention's LayerNorm, which it should not use."""
        return [
            roles.linear("first", self.hidden, self.feed),
            roles.linear("second", self.feed, self.hidden),
            roles.layer_norm("norm", self.hidden),
            self._norm,
        ]

    def final_roles(self) -> list[Role]:
        """What `final_layer` uses."""
        return [roles.linear("final", self.hidden, self.outputs)]

    def all_roles(self) -> list[Role]:
        """All layers."""
        norms = self._norm.name
        rest = [role for role in self.feed_roles() if role.name != norms]
        return [*self.embed_roles(), *self.attention_roles(), *rest, *self.final_roles()]

    @property
    def _norm(self) -> Role:
        return roles.layer_norm("norm_mh", self.hidden, "norm_mh")


def bind(model: Model, needed: Sequence[Role]) -> Binding:
    """Which parameter plays which role.

    Raises:
        Mismatch: a role has no layer.
        StudentError: a role has no layer, and the method that uses it is still to do.
    """
    try:
        return _bind(model.structure, needed)
    except Mismatch:
        raise_if_open(model, needed)
        raise


def raise_if_open(model: Model, needed: Sequence[Role]) -> None:
    """Call the method that uses these roles: a student who has not begun reads that, not that a layer is missing."""
    word = torch.zeros(1, 1, dtype=torch.int64)
    vector = torch.zeros(1, 1, needed[0].shapes["weight"][-1])
    calls = {
        "word": ("embed", (word,)),
        "first": ("feedforward_layer", (vector,)),
        "source": ("forward", (word, word)),
        "final": ("final_layer", (vector,)),
    }
    method, args = calls.get(needed[0].name, ("multi_head_attention", (vector,)))
    try:
        model.call(*args, method=method)
    except StudentError as error:
        if error.left_open:
            raise


def _bind(structure: Structure, needed: Sequence[Role]) -> Binding:
    """A position table may also be a parameter of shape (1, rows, H)."""
    found: Binding = {}
    rest = []
    for role in needed:
        wide = (1, *role.shapes["weight"])
        entries = structure.parameters if role.type == "Embedding" else ()
        entry = next((entry for entry in entries if entry.shape == wide), None)
        if entry is not None:
            found[entry.name] = (role.name, "weight", False)
        else:
            rest.append(role)
    return {**found, **roles.likeliest(structure, rest)} if rest else found


def load(model: Model, needed: Sequence[Role], weights: Weights) -> Model:
    """Load weights into the layers that play the roles."""
    shapes = {entry.name: entry.shape for entry in model.structure.parameters}
    values = {}
    for full, (role, local, transposed) in bind(model, needed).items():
        value = weights[role][local]
        values[full] = (value.T.contiguous() if transposed else value).reshape(shapes[full])
    return model.load(values)


def role_gradient(
    model: Model, needed: Sequence[Role], found: Mapping[str, Any], role: str, local: str
) -> torch.Tensor | None:
    """The gradient that reached a role's parameter, or None; layers that share a role are added."""
    shape = next(entry.shapes[local] for entry in needed if entry.name == role)
    total = None
    for full, (name, part, transposed) in bind(model, needed).items():
        value = found.get(full)
        if (name, part) == (role, local) and isinstance(value, torch.Tensor):
            value = (value.T if transposed else value).reshape(shape)
            total = value if total is None else total + value
    return total


def zeros(needed: Sequence[Role]) -> dict[str, dict[str, torch.Tensor]]:
    """Weights of zeros, but ones for LayerNorm's weights."""
    return {
        role.name: {
            local: torch.ones(shape) if (role.type, local) == ("LayerNorm", "weight") else torch.zeros(shape)
            for local, shape in role.shapes.items()
        }
        for role in needed
    }


def random_weights(needed: Sequence[Role], generator: torch.Generator) -> dict[str, dict[str, torch.Tensor]]:
    """Draw all weights in ±0.6, LayerNorm's weights around 1."""
    weights = roles.random_weights(needed, generator)
    for role in needed:
        if role.type == "LayerNorm":
            weights[role.name]["weight"] = weights[role.name]["weight"] + 1
    return weights


def changes(one: Any, other: Any, shape: Sequence[int], what: str) -> torch.Tensor:
    """The table (N, T) of positions at which two outputs (N, T, size) differ.

    Raises:
        Mismatch: one of them is no such tensor, or not finite.
    """
    one, other = require_tensor(one, shape, what), require_tensor(other, shape, what)
    if not bool(one.isfinite().all() and other.isfinite().all()):
        raise Mismatch(f"some values of {what} are not finite (NaN or infinity)")
    return (one - other).abs().amax(2) > 1e-5


def require_uses_weights(
    model: Model, needed: Sequence[Role], generator: torch.Generator, x: torch.Tensor, method: str
) -> None:
    """Fail unless other weights change the result of a method everywhere."""
    before = model.ask(x, method=method)
    load(model, needed, random_weights(needed, generator))
    after = model.ask(x, method=method)
    moved = changes(before.value, after.value, x.shape, "the result")
    require(bool(moved.all()), f"the result of {method} does not depend on its weights")


def ids(generator: torch.Generator, words: int, *shape: int, lowest: int = 4) -> torch.Tensor:
    """Random words; the ids below `lowest` are special tokens and left out."""
    return torch.randint(lowest, words, shape, generator=generator)
