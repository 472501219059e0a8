"""Finds out which parameter of an LSTM plays which role, so that names and their order never cost points.

The sixteen names of the text are taken at their word. Under other names, the roles are found by trying: a few
calls with random weights, compared with PyTorch's own LSTM.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from autograder.isolation.handles import Model
from autograder.isolation.wire.structure import Structure
from autograder.judging.compare import Mismatch, is_close, require_tensor, require_tuple
from autograder.judging.drawn import drawn_once

GATES = "ifgo"
NAMES = tuple(f"{kind}{gate}" for gate in GATES for kind in ("W_i", "b_i", "W_h", "b_h"))
Weights = dict[str, torch.Tensor]


def shape_of(name: str, inputs: int, hidden: int) -> tuple[int, ...]:
    """Shape of one of the sixteen parameters."""
    return (hidden,) if name[0] == "b" else (inputs if name[2] == "i" else hidden, hidden)


def random_weights(inputs: int, hidden: int, generator: torch.Generator, scale: float = 0.8) -> Weights:
    """Draw all sixteen parameters, uniform in ±scale."""
    shapes = {name: shape_of(name, inputs, hidden) for name in NAMES}
    return {n: torch.empty(shape).uniform_(-scale, scale, generator=generator) for n, shape in shapes.items()}


def hand_weights(inputs: int, hidden: int, **values: Any) -> Weights:
    """All sixteen parameters zero, but those that are named: a number fills the whole parameter."""
    weights = {name: torch.zeros(shape_of(name, inputs, hidden)) for name in NAMES}
    for name, value in values.items():
        weights[name] = weights[name] + value
    return weights


@drawn_once
def torch_lstm(x: torch.Tensor, weights: Mapping[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Last hidden and cell state, each (N, hidden), of PyTorch's LSTM with these weights."""
    flat = [torch.cat([weights[kind + gate].t() for gate in GATES]) for kind in ("W_i", "W_h")]
    flat += [torch.cat([weights[kind + gate] for gate in GATES]) for kind in ("b_i", "b_h")]
    zero = x.new_zeros(1, x.shape[0], weights["W_hi"].shape[0])
    _, h, c = torch.lstm(x, (zero, zero), flat, True, 1, 0.0, False, False, True)
    return h[0], c[0]


def states(got: Any, batch: int, hidden: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Check what LSTM.forward returned, and return h_t and c_t."""
    h, c = require_tuple(got, ("h_t", "c_t"), "LSTM.forward")
    return require_tensor(h, (batch, hidden), "h_t"), require_tensor(c, (batch, hidden), "c_t")


@dataclass(frozen=True)
class Slot:
    """Where a value goes: a parameter, stored transposed or as one row, and the quarter of a fused one."""

    name: str
    transposed: bool = False
    quarter: int | None = None
    row: bool = False


@dataclass(frozen=True)
class LstmRoles:
    """The slots of each role; `slots` maps the sixteen names to them. Biases of one gate may share a slot."""

    slots: Mapping[str, Slot]

    def bind(self, weights: Mapping[str, torch.Tensor]) -> Weights:
        """Give the weights by the student's own names."""
        return assemble([(self.slots[name], weights[name]) for name in NAMES if name in self.slots])

    def unbind(self, values: Mapping[str, Any], name: str) -> Any:
        """Take one role's part out of values (gradients) by the student's own names; None where there is none."""
        slot = self.slots.get(name)
        value = values.get(slot.name) if slot else None
        if slot is None or not isinstance(value, torch.Tensor):
            return value
        if name[0] == "b":
            value = value.flatten()
        value = value.t() if slot.transposed and value.dim() == 2 else value
        return value if slot.quarter is None else value.chunk(4, -1)[slot.quarter]


def assemble(parts: list[tuple[Slot, torch.Tensor]]) -> Weights:
    """Put values into parameters; values that share a slot are added."""
    sums: dict[Slot, torch.Tensor] = {}
    for slot, value in parts:
        sums[slot] = sums[slot] + value if slot in sums else value
    made: Weights = {}
    for name in dict.fromkeys(slot.name for slot in sums):
        own = {slot.quarter: (slot, value) for slot, value in sums.items() if slot.name == name}
        if None in own:
            slot, value = own[None]
        else:
            slot, value = next(iter(own.values()))
            zero = torch.zeros_like(value)
            value = torch.cat([own[quarter][1] if quarter in own else zero for quarter in range(4)], -1)
        value = value.t().contiguous() if slot.transposed else value
        made[name] = value[None] if slot.row else value
    return made


def find(model: Model, inputs: int, hidden: int) -> LstmRoles:
    """Find the roles of a built LSTM.

    Raises:
        Mismatch: it does not have the parameters that an LSTM needs.
    """
    if inputs == hidden:
        raise ValueError("with equal sizes no shape tells input and hidden weights apart")
    named = _by_name(model.structure, inputs, hidden)
    return named or _by_trial(model, inputs, hidden)


def _by_name(structure: Structure, inputs: int, hidden: int) -> LstmRoles | None:
    """The roles of parameters with the names of the text; case and underscores do not matter."""
    plain = {entry.name.replace("_", "").lower(): entry for entry in structure.parameters}
    slots = {}
    for name in NAMES:
        entry = plain.get(name.replace("_", "").lower())
        shape = shape_of(name, inputs, hidden)
        if entry is None or entry.shape not in (shape, (1, *shape)):
            return None
        slots[name] = Slot(entry.name, row=entry.shape != shape)
    return LstmRoles(slots)


def _by_trial(model: Model, inputs: int, hidden: int) -> LstmRoles:
    enter = _slots(model.structure, (inputs, hidden))
    keep = _slots(model.structure, (hidden, hidden))
    shift = _slots(model.structure, (hidden,))
    if len(enter) != 4 or len(keep) != 4:
        raise Mismatch(
            "LSTM does not have the parameters that the equations need",
            f"found {len(enter)} input weights and {len(keep)} hidden weights, expected 4 and 4; see lstm_parameters",
        )
    trial = _Trial(model, inputs, hidden)
    slots = trial.inputs(enter)
    slots.update(trial.hiddens(slots, keep))
    slots.update(trial.biases(slots, shift))
    return LstmRoles(slots)


def _slots(structure: Structure, shape: tuple[int, ...]) -> list[Slot]:
    """All slots of a shape in the order of declaration, stored transposed or four in one parameter, too."""
    found = []
    for entry in structure.parameters:
        fused = (*shape[:-1], 4 * shape[-1])
        if entry.shape in (shape, (1, *shape)):
            found.append(Slot(entry.name, row=entry.shape != shape))
        elif entry.shape == shape[::-1]:
            found.append(Slot(entry.name, transposed=True))
        elif entry.shape in (fused, fused[::-1]):
            found += [Slot(entry.name, entry.shape != fused, quarter) for quarter in range(4)]
    return found


class _Trial:
    """Tries a model with random weights; all parameters that a trial does not name are zero."""

    def __init__(self, model: Model, inputs: int, hidden: int) -> None:
        self._model = model
        self._inputs, self._hidden = inputs, hidden
        self._generator = torch.Generator().manual_seed(20)
        self._x = torch.randn(2, 2, inputs, generator=self._generator)
        self._zeros = {entry.name: torch.zeros(entry.shape) for entry in model.structure.parameters}
        self._weights = random_weights(inputs, hidden, self._generator, 1.5)

    def inputs(self, slots: list[Slot]) -> dict[str, Slot]:
        """One step from zero states tells the input weights apart."""
        values = [self._weights["W_i" + gate] for gate in GATES]
        got = self._run(list(zip(slots, values, strict=True)), 1)
        for order in itertools.permutations(range(4)):
            if self._fits(got, {"W_i" + gate: values[k] for gate, k in zip(GATES, order, strict=True)}, 1):
                return {"W_i" + gate: slots[k] for gate, k in zip(GATES, order, strict=True)}
        return {"W_i" + gate: slot for gate, slot in zip(GATES, slots, strict=True)}

    def hiddens(self, known: dict[str, Slot], slots: list[Slot]) -> dict[str, Slot]:
        """A second step tells the hidden weights apart; where input weights are stored transposed, these may be."""
        values = [self._weights["W_h" + gate] for gate in GATES]
        base = [(slot, self._weights[name]) for name, slot in known.items()]
        own = {name: self._weights[name] for name in known}
        for transposed in (False, True) if any(slot.transposed for slot in known.values()) else (False,):
            turned = [Slot(slot.name, transposed, slot.quarter) if slot.quarter is None else slot for slot in slots]
            got = self._run(base + list(zip(turned, values, strict=True)), 2)
            for order in itertools.permutations(range(4)):
                trial = {"W_h" + gate: values[k] for gate, k in zip(GATES, order, strict=True)}
                if self._fits(got, own | trial, 2):
                    return {"W_h" + gate: turned[k] for gate, k in zip(GATES, order, strict=True)}
        return {"W_h" + gate: slot for gate, slot in zip(GATES, slots, strict=True)}

    def biases(self, known: dict[str, Slot], slots: list[Slot]) -> dict[str, Slot]:
        """One bias at a time. Only the sum of a gate's biases can be seen: which is which does not matter."""
        base = [(slot, self._weights[name]) for name, slot in known.items()]
        own = {name: self._weights[name] for name in known}
        value = self._weights["b_ii"]
        by_gate: dict[str, list[Slot]] = {gate: [] for gate in GATES}
        for number, slot in enumerate(slots):
            got = self._run([*base, (slot, value)], 2)
            likely = GATES[number * 4 // len(slots)]
            hits = (gate for gate in GATES if self._fits(got, own | {"b_i" + gate: value}, 2))
            by_gate[next(hits, likely)].append(slot)
        return dict(_bias_roles(by_gate))

    def _run(self, parts: list[tuple[Slot, torch.Tensor]], steps: int) -> Any:
        return self._model.load(self._zeros | assemble(parts)).eval().call(self._x[:, :steps])

    def _fits(self, got: Any, weights: Weights, steps: int) -> bool:
        full = hand_weights(self._inputs, self._hidden, **weights)
        expected = torch_lstm(self._x[:, :steps], full)
        try:
            pair = states(got, 2, self._hidden)
        except Mismatch:
            return False
        return all(is_close(a, b) for a, b in zip(pair, expected, strict=True))


def _bias_roles(by_gate: Mapping[str, list[Slot]]) -> Iterator[tuple[str, Slot]]:
    for gate, slots in by_gate.items():
        if slots:
            yield "b_i" + gate, slots[0]
            yield "b_h" + gate, slots[-1]
