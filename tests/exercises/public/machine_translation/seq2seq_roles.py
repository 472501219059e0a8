"""Layers that Encoder and Decoder need, weights set by hand for them, and checks that several tests share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from autograder.isolation.handles import Gradients, Model, Student
from autograder.judging import roles
from autograder.judging.compare import Mismatch, is_close, require, require_tensor, require_tuple
from autograder.judging.roles import Role

Weights = dict[str, dict[str, torch.Tensor]]
OPEN, CLOSED = 20.0, -20.0  # a gate's bias that makes it 1 or 0 to eight digits


@dataclass(frozen=True)
class EncoderSizes:
    """S source words, embedding, encoder's and decoder's hidden size."""

    words: int
    emb: int
    hidden: int
    decoder: int

    def roles(self, kind: str) -> list[Role]:
        """The layers of an encoder."""
        recurrent = roles.lstm if kind == "LSTM" else roles.rnn
        return [
            roles.embedding("embedding", self.words, self.emb),
            recurrent("recurrent", self.emb, self.hidden),
            roles.linear("first", self.hidden, self.hidden),
            roles.linear("second", self.hidden, self.decoder),
        ]

    def build(self, student: Student, kind: str, dropout: float = 0.5) -> Model:
        """Build the student's encoder."""
        return student.build("Encoder", self.words, self.emb, self.hidden, self.decoder, dropout, kind)


@dataclass(frozen=True)
class DecoderSizes:
    """Embedding, encoder's and decoder's hidden size, V target words."""

    emb: int
    encoder: int
    hidden: int
    words: int

    def roles(self, kind: str, attention: bool = False) -> list[Role]:
        """The layers of a decoder."""
        recurrent = roles.lstm if kind == "LSTM" else roles.rnn
        needed = [
            roles.embedding("embedding", self.words, self.emb),
            recurrent("recurrent", self.emb, self.hidden),
            roles.linear("output", self.hidden, self.words),
        ]
        return [*needed, roles.linear("combine", self.encoder + self.emb, self.emb)] if attention else needed

    def build(self, student: Student, kind: str, attention: bool = False, dropout: float = 0.5) -> Model:
        """Build the student's decoder."""
        return student.build("Decoder", self.emb, self.encoder, self.hidden, self.words, dropout, kind, attention)


# Weights ----------------------------------------------------------------------------------------------


def zeros(needed: Sequence[Role]) -> Weights:
    """Weights of zeros for some roles."""
    return {role.name: {local: torch.zeros(shape) for local, shape in role.shapes.items()} for role in needed}


def corner(rows: int, columns: int) -> torch.Tensor:
    """Ones on the diagonal from the upper left corner, else zeros."""
    return torch.eye(max(rows, columns))[:rows, :columns].clone()


def set_gates(recurrent: dict[str, torch.Tensor], hidden: int, **biases: float) -> None:
    """Fill biases of an nn.LSTM by gate (i, f, g, o)."""
    for gate, value in biases.items():
        start = "ifgo".index(gate) * hidden
        recurrent["bias_ih_l0"][start : start + hidden] = value


def copy_embedding(weights: Weights, kind: str, emb: int, hidden: int) -> None:
    """Let the recurrent layer forget all at once and pass on the tanh of what it reads.

    An RNN returns tanh(e), an LSTM the cell tanh(e) and the hidden state tanh(tanh(e)).
    """
    recurrent = weights["recurrent"]
    if kind == "LSTM":
        set_gates(recurrent, hidden, i=OPEN, f=CLOSED, o=OPEN)
        recurrent["weight_ih_l0"][2 * hidden : 3 * hidden] = corner(hidden, emb)
    else:
        recurrent["weight_ih_l0"] = corner(hidden, emb)


def load(model: Model, needed: Sequence[Role], weights: Weights) -> Model:
    """Load weights by role. A square matrix kept without a layer may be meant either way: one call tells."""
    return roles.load_roles(model, needed, weights, _which(model, needed))


def _which(model: Model, needed: Sequence[Role]) -> int:
    if all(layer.type or not layer.shapes for layer in model.structure.layers):
        return 0  # there is none
    found = list(roles.bindings(model.structure, needed))
    if len(found) == 1:
        return 0
    for which in range(len(found)):
        weights = zeros(needed)
        weights["recurrent"]["bias_ih_l0"][:] = 1.0
        weights["first"]["weight"][1, 0] = 1.0  # from unit 0 to unit 1
        weights["second"]["weight"][:, 1] = 1.0  # reads unit 1
        roles.load_roles(model, needed, weights, which)
        reply = model.eval().call(torch.zeros(1, 1, dtype=torch.int64))
        try:
            hidden = require_tuple(reply, ("output", "hidden"), "Encoder.forward")[1]
        except Mismatch:
            return 0
        hidden = hidden[0] if isinstance(hidden, (tuple, list)) and hidden else hidden
        if isinstance(hidden, torch.Tensor) and bool((hidden != 0).any()):
            return which
    return 0


# Replies ----------------------------------------------------------------------------------------------


def encoder_reply(got: Any, kind: str) -> tuple[Any, Any, Any]:
    """Return output, hidden and cell (None for an RNN) of what Encoder.forward returned."""
    output, hidden = require_tuple(got, ("output", "hidden"), "Encoder.forward")
    if kind == "LSTM":
        hidden, cell = require_tuple(hidden, ("hidden", "cell"), "the encoder's second value")
        return output, hidden, cell
    return output, hidden, None


def decoder_reply(got: Any, kind: str) -> tuple[Any, Any, Any]:
    """Return log-probabilities, hidden and cell (None for an RNN) of what Decoder.forward returned."""
    log_probs, hidden = require_tuple(got, ("log-probabilities", "hidden"), "Decoder.forward")
    if kind == "LSTM":
        hidden, cell = require_tuple(hidden, ("hidden", "cell"), "the decoder's second value")
        return log_probs, hidden, cell
    return log_probs, hidden, None


def require_same(got: Any, expected: Any, what: str) -> None:
    """Fail unless two of the student's own results are equal tensors."""
    require(isinstance(expected, torch.Tensor), f"{what} should be a tensor")
    require_tensor(got, expected.shape, what, expected.dtype)
    require(is_close(got, expected), f"{what} changes and should not")


def _dense(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.layout is torch.strided and value.device.type != "meta"


def _tensor(value: Any) -> bool:
    return _dense(value) and value.is_floating_point()


def require_learning(model: Model, needed: Sequence[Role], gradients: Gradients) -> None:
    """Fail unless a gradient reaches every parameter of every role."""
    alive: dict[str, bool] = {}
    words = {role.name: role.words for role in needed}
    for full, (role, local, _) in roles.likeliest(model.structure, needed).items():
        gradient = gradients.parameters.get(full)
        key = f"{local} of {words[role]}"
        reached = isinstance(gradient, torch.Tensor) and bool((gradient != 0).any())
        alive[key] = alive.get(key, False) or reached
    dead = [key for key, reached in alive.items() if not reached]
    require(not dead, "no gradient reaches a parameter that should learn", "no gradient at: " + "; ".join(dead[:4]))


def require_dropped(values: Any, kept: float, rate: float, what: str) -> None:
    """Fail unless `values` are 0 at the given rate (within five standard deviations) and `kept` elsewhere.

    Each number is dropped by itself: the zeros must vary along every dimension.
    """
    require(_tensor(values), f"{what} should be a float tensor")
    gone = values.abs() < 1e-6
    stays = (values - kept).abs() < 1e-4
    share = gone.float().mean().item()
    require(bool(gone.any()), f"no number of {what} is dropped in training mode", "none of the values is 0")
    require(
        bool((gone | stays).all()),
        f"dropout of {what} gives other values than it should",
        f"each value should be 0 or {kept:.4f}",
    )
    together = [dim for dim in range(values.dim()) if bool((gone == gone.narrow(dim, 0, 1)).all())]
    require(
        all(values.shape[dim] == 1 for dim in together),
        f"numbers of {what} are not dropped one by one, but many together",
    )
    spread = 5 * (rate * (1 - rate) / values.numel()) ** 0.5
    require(
        abs(share - rate) < spread,
        f"dropout of {what} does not have the probability that the constructor got",
        f"dropped {share:.3f} of the values, expected about {rate:.3f}",
    )


def require_drawn_anew(once: torch.Tensor, again: Any) -> None:
    """Fail where two calls in training mode drop the very same numbers."""
    same = isinstance(again, torch.Tensor) and again.shape == once.shape and bool((again == once).all())
    require(not same, "dropout drops the same numbers in each call")


def leaves(value: Any) -> list[torch.Tensor]:
    """The tensors in a reply, in order."""
    if isinstance(value, (tuple, list)):
        return [leaf for item in value for leaf in leaves(item)]
    return [value] if _dense(value) else []
