"""What encoder, decoder, attention and the greedy loop should give: PyTorch's own layers over weights by role."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import stand_ins
import torch
import torch.nn.functional as F
from seq2seq_roles import leaves

from autograder.isolation.handles import Gradients, Model
from autograder.judging import roles
from autograder.judging.compare import Mismatch, require_close
from autograder.judging.drawn import drawn_once
from autograder.judging.roles import Role

Weights = Mapping[str, Mapping[str, torch.Tensor]]
EOS = 3
_FLAT = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


def recurrent(kind: str, x: torch.Tensor, weights: Mapping[str, torch.Tensor], state: Any) -> tuple[torch.Tensor, Any]:
    """Outputs and last state of torch's RNN or LSTM, batch first."""
    flat = [weights[name] for name in _FLAT]
    if kind == "LSTM":
        output, h, c = torch.lstm(x, tuple(state), flat, True, 1, 0.0, False, False, True)
        return output, (h, c)
    return torch.rnn_tanh(x, state, flat, True, 1, 0.0, False, False, True)


def _linear(x: torch.Tensor, weights: Mapping[str, torch.Tensor]) -> torch.Tensor:
    return F.linear(x, weights["weight"], weights["bias"])


@drawn_once
def encode(kind: str, ids: torch.Tensor, weights: Weights) -> tuple[torch.Tensor, ...]:
    """Output, hidden state, cell (LSTM only) and last of them the recurrent layer's own last h."""
    embedded = weights["embedding"]["weight"][ids]
    zero = torch.zeros(1, len(ids), weights["first"]["weight"].shape[0])
    output, state = recurrent(kind, embedded, weights["recurrent"], (zero, zero) if kind == "LSTM" else zero)
    h, *cell = state if kind == "LSTM" else (state,)
    hidden = _linear(F.relu(_linear(h, weights["first"])), weights["second"]).tanh()
    return output, hidden, *cell, h


def cosine_weights(hidden: torch.Tensor, outputs: torch.Tensor) -> torch.Tensor:
    """Softmax over the positions of the cosine similarity, (N, 1, T)."""
    return F.cosine_similarity(hidden.transpose(0, 1), outputs, dim=2).softmax(1).unsqueeze(1)


@drawn_once
def decode(
    kind: str, ids: torch.Tensor, state: Any, weights: Weights, combined: torch.Tensor | None = None
) -> tuple[torch.Tensor, Any]:
    """Log-probabilities and new state; `combined` (N, 1, E) takes the place of the embedding."""
    read = weights["embedding"]["weight"][ids] if combined is None else combined
    output, state = recurrent(kind, read, weights["recurrent"], state)
    return F.log_softmax(_linear(output[:, 0], weights["output"]), 1), state


def combine(ids: torch.Tensor, attention: torch.Tensor, outputs: torch.Tensor, weights: Weights) -> torch.Tensor:
    """The Linear of context and embedding, (N, 1, E)."""
    context = attention @ outputs
    return _linear(torch.cat((context, weights["embedding"]["weight"][ids]), 2), weights["combine"])


def greedy(
    encoder: stand_ins.RecurrentEncoder, decoder: stand_ins.RecurrentDecoder, source: torch.Tensor
) -> torch.Tensor:
    """The greedy translation by two stand-ins."""
    outputs, state = encoder(source)
    steps, token = [], source[:, :1]
    for _ in range(source.shape[1]):
        log_probs, state = decoder(token, state, outputs)
        steps.append(log_probs)
        token = log_probs.argmax(1, keepdim=True)
    return torch.stack(steps, 1)


# Gradients --------------------------------------------------------------------------------------------


def backward(outputs: Any, cotangents: Sequence[torch.Tensor]) -> None:
    """Backpropagate Σ output·cotangent, as Model.gradients does."""
    sum((out * weight).sum() for out, weight in zip(leaves(outputs), cotangents, strict=True)).backward()


def gradients_of(leaves: Any) -> Any:
    """The gradients that reached leaves, also in dictionaries and tuples; zeros where none did."""
    if isinstance(leaves, dict):
        return {name: gradients_of(leaf) for name, leaf in leaves.items()}
    if isinstance(leaves, tuple):
        return tuple(map(gradients_of, leaves))
    return torch.zeros_like(leaves) if leaves.grad is None else leaves.grad


def leaf_of(value: Any) -> Any:
    """Copies of tensors, also in dictionaries and tuples, that autograd follows."""
    if isinstance(value, dict):
        return {name: leaf_of(item) for name, item in value.items()}
    return tuple(map(leaf_of, value)) if isinstance(value, tuple) else value.clone().requires_grad_()


@drawn_once
def encoder_gradients(kind: str, ids: torch.Tensor, weights: Weights, cotangents: Sequence[torch.Tensor]) -> Any:
    """The gradients of an encoder's weights by role."""
    own = leaf_of(weights)
    backward(encode(kind, ids, own)[:-1], cotangents)
    return gradients_of(own)


@drawn_once
def decoder_gradients(
    kind: str, ids: torch.Tensor, state: Any, weights: Weights, cotangents: Sequence[torch.Tensor]
) -> Any:
    """The gradients of a decoder's weights by role, and of the state that it was given."""
    own, leaf = leaf_of(weights), leaf_of(state)
    backward(decode(kind, ids, leaf, own), cotangents)
    return gradients_of(own), gradients_of(leaf)


@drawn_once
def looking_gradients(
    kind: str,
    ids: torch.Tensor,
    state: Any,
    outputs: torch.Tensor,
    weights: Weights,
    cotangents: Sequence[torch.Tensor],
    matrix: torch.Tensor | None,
) -> Any:
    """The gradients of a decoder's weights by role, of the state, and of the outputs that it looked at.

    It looks at them by the softmax of hidden · matrix · outputs; without a matrix, by cosines.
    """
    own, leaf, start = leaf_of(weights), leaf_of(outputs), leaf_of(state)
    hidden = start[0] if kind == "LSTM" else start
    if matrix is None:
        way = cosine_weights(hidden, leaf)
    else:
        way = (hidden.transpose(0, 1) @ matrix @ leaf.transpose(1, 2)).softmax(2)
    backward(decode(kind, ids, start, own, combine(ids, way, leaf, own)), cotangents)
    return gradients_of(own), gradients_of(start), gradients_of(leaf)


@drawn_once
def cosine_gradients(hidden: torch.Tensor, outputs: torch.Tensor, cotangent: torch.Tensor) -> Any:
    """The gradients of both arguments of the attention."""
    pair = leaf_of((hidden, outputs))
    (cosine_weights(*pair) * cotangent).sum().backward()
    return gradients_of(pair)


@drawn_once
def greedy_gradients(
    first: Mapping[str, torch.Tensor],
    second: Mapping[str, torch.Tensor],
    source: torch.Tensor,
    cotangent: torch.Tensor,
    kind: str,
    attention: bool,
) -> Any:
    """The gradients of the greedy translation, in training mode, by the two stand-ins' names; None where none is."""
    pair = stand_in_pair(first, second, kind, attention, True)
    (greedy(*pair, source) * cotangent).sum().backward()
    return tuple({name: parameter.grad for name, parameter in part.named_parameters()} for part in pair)


def require_role_gradients(
    model: Model, needed: Sequence[Role], got: Gradients, expected: Weights, only: Sequence[str]
) -> None:
    """Compare with the gradients of roles; of several layers that could play one, the one that is used counts."""
    problems: list[Mismatch] = []
    for binding in roles.bindings(model.structure, needed):
        found: dict[tuple[str, str], torch.Tensor] = {}
        for full, (role, local, turned) in binding.items():
            value = got.parameters.get(full)
            if isinstance(value, torch.Tensor):
                value = value.t() if turned and value.dim() == 2 else value
                found[role, local] = value if (role, local) not in found else _used(found[role, local], value)
        try:
            for role in only:
                for local, wanted in expected[role].items():
                    what = f"the gradient of a parameter ({role})"
                    require_close(found.get((role, local)), wanted, what, atol=room(wanted))
        except Mismatch as error:
            problems.append(error)
        else:
            return
    raise problems[0]


def room(gradient: torch.Tensor) -> float:
    """Absolute tolerance of a gradient: sums over many terms err as much as the largest of them does."""
    return 1e-5 * max(1.0, gradient.abs().max().item())


def ending(values: Mapping[str, Any], name: str) -> Any:
    """The value whose key ends with a name: students call the encoder and the decoder what they like."""
    return next((value for key, value in values.items() if key.endswith(name)), None)


def _used(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    return one if bool((one != 0).any()) else other


# Draws ------------------------------------------------------------------------------------------------


def words(generator: torch.Generator, size: int, *shape: int) -> torch.Tensor:
    """Random ids for gradients, 0 among them. Not 1: the vector of <pad> may be kept from learning."""
    ids = torch.randint(size, shape, generator=generator)
    ids[0, 0] = 0
    return ids.masked_fill(ids == 1, 0)


def encoder_outputs(generator: torch.Generator, batch: int, steps: int, size: int) -> torch.Tensor:
    """Random vectors whose norm is at least 1: the cosine's epsilon is free."""
    values = torch.randn(batch, steps, size, generator=generator)
    return values * (values.norm(dim=2, keepdim=True).clamp(min=1.0) / values.norm(dim=2, keepdim=True))


# Weights of encoder and decoder, source, and the right result
Parts = tuple[dict[str, torch.Tensor], dict[str, torch.Tensor], torch.Tensor, torch.Tensor]


@drawn_once
def translation(
    generator: torch.Generator,
    batch: int,
    steps: int,
    sizes: tuple[int, int, int, int],
    kind: str,
    attention: bool,
    training: bool = False,
) -> Parts:
    """Draw weights of the two stand-ins (S words, E, H_e, H_d) and a source, until the result tells loops apart.

    The chosen words must vary with time and sentence, differ from the source, and win clearly. In shorter ones a
    sentence ends early, for loops that stop there.
    """

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator)

    words, emb, encoder_hidden, hidden = sizes
    target = words + 4
    for _ in range(200):
        first = {"table": draw(words, emb), "enter": draw(emb, encoder_hidden)}
        first |= {"keep": 0.5 * draw(encoder_hidden, encoder_hidden), "bridge": draw(encoder_hidden, hidden)}
        second = {"table": draw(target, emb), "enter": draw(emb, hidden), "keep": draw(hidden, hidden)}
        second |= {"score": 2 * draw(hidden, target), "look": draw(encoder_hidden, hidden)}
        source = torch.randint(words, (batch, steps), generator=generator)
        with torch.no_grad():
            result = greedy(*stand_in_pair(first, second, kind, attention, training), source)
            if 2 < steps < 6 and not _ends_early(result):  # let the first word be <eos>
                word = int(result[0, 0].argmax())
                second["score"][:, [word, EOS]] = second["score"][:, [EOS, word]]
                result = greedy(*stand_in_pair(first, second, kind, attention, training), source)
        if _telling(result, source):
            return first, second, source, result
    raise RuntimeError("no telling case was drawn")


def stand_in_pair(
    first: Mapping[str, torch.Tensor],
    second: Mapping[str, torch.Tensor],
    kind: str,
    attention: bool,
    training: bool = False,
) -> tuple[stand_ins.RecurrentEncoder, stand_ins.RecurrentDecoder]:
    """The two stand-ins on this side."""
    pair = stand_ins.RecurrentEncoder(first, kind), stand_ins.RecurrentDecoder(second, kind, attention)
    for part in pair:
        part.train(training)
    return pair


def _ends_early(result: torch.Tensor) -> bool:
    """Is <eos> chosen so early that the word behind it is read as well?"""
    return bool((result[:, :-2].argmax(2) == EOS).any())


def _telling(result: torch.Tensor, source: torch.Tensor) -> bool:
    top = result.topk(2, 2)
    chosen, gap = top.indices[..., 0], top.values[..., 0] - top.values[..., 1]
    if gap.min() < 0.01:
        return False
    batch, steps = source.shape
    if steps > 1 and not all(len(row.unique()) > 1 for row in chosen):
        return False
    if steps > 2 and bool((chosen[:, :-1] == source[:, 1:]).all(1).any()):
        return False
    return batch == 1 or len(torch.unique(chosen, dim=0)) > 1


def each_size(check: Callable[..., None], cases: Sequence[tuple[Any, ...]]) -> None:
    """Run a check over cases in rising order of size: the smallest failing one is reported."""
    for case in cases:
        check(*case)
