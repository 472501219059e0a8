"""Drawing decoders with random weights, and comparing their steps and gradients with the oracle's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import seq2seq_oracles as oracles
import torch
from seq2seq_roles import DecoderSizes, decoder_reply, load

from autograder.isolation.handles import Gradients, Model, Student
from autograder.judging import roles
from autograder.judging.compare import ATOL, Mismatch, require_close

Weights = dict[str, dict[str, torch.Tensor]]
State = Any  # one tensor, or the pair of hidden state and cell


def state_of(generator: torch.Generator, kind: str, batch: int, size: int) -> State:
    """A random state of a decoder: one tensor or the pair."""
    hidden, cell = oracles.encoder_outputs(generator, 2, batch, size).unsqueeze(1)
    return (hidden, cell) if kind == "LSTM" else hidden


def draw(
    student: Student, generator: torch.Generator, kind: str, cases: Sequence[DecoderSizes], looks: bool = False
) -> Iterator[tuple[Model, Weights]]:
    """For each case a student's decoder with random weights, and those weights."""
    decoders = [sizes.build(student, kind, looks) for sizes in cases]
    for decoder, sizes in zip(decoders, cases, strict=True):
        needed = sizes.roles(kind, looks)
        weights = roles.random_weights(needed, generator, 0.9)
        yield load(decoder, needed, weights), weights


def require_reply(got: Any, expected: tuple[torch.Tensor, State], kind: str, atol: float = ATOL) -> None:
    """Compare log-probabilities and state with the oracle's."""
    log_probs, hidden, cell = decoder_reply(got, kind)
    wanted, state = expected
    require_close(log_probs, wanted, "the log-probabilities", atol)
    require_close(hidden, state[0] if kind == "LSTM" else state, "the new hidden state", atol)
    if kind == "LSTM":
        require_close(cell, state[1], "the new cell", atol)


def cotangents_of(generator: torch.Generator, kind: str, batch: int, sizes: DecoderSizes) -> list[torch.Tensor]:
    """Random weights of the log-probabilities and of the state in a loss."""
    shapes = [(batch, sizes.words)] + [(1, batch, sizes.hidden)] * (1 + (kind == "LSTM"))
    return [torch.randn(shape, generator=generator) for shape in shapes]


def require_state_gradient(got: Gradients, expected: State, names: Sequence[str] = ("hidden state", "cell")) -> None:
    """Compare the gradients that reached the state that came in."""
    found: Any = got.inputs[1] if len(got.inputs) > 1 else None
    if isinstance(expected, torch.Tensor):
        found, expected = [found], (expected,)
    found = found if isinstance(found, list) and len(found) == len(expected) else [None] * len(expected)
    for value, wanted, name in zip(found, expected, names, strict=False):
        require_close(value, wanted, f"the gradient of the old {name}", atol=oracles.room(wanted))


def matches(got: Any, expected: tuple[torch.Tensor, State], kind: str, atol: float = ATOL) -> bool:
    """Would `require_reply` pass?"""
    try:
        require_reply(got, expected, kind, atol)
    except Mismatch:
        return False
    return True
