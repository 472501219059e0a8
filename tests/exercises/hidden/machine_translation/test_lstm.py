"""Hidden tests of exercise 1: the LSTM against PyTorch's own."""

import math

import lstm_roles
import pytest
import torch
from other_device import require_follows

from autograder.judging.compare import require, require_close
from autograder.judging.drawn import drawn_once

parameters = pytest.mark.step("lstm_parameters")
forward = pytest.mark.step("lstm_forward")
# Input and hidden size, all different primes, the smallest first.
SIZES = ((2, 3), (7, 2), (5, 11))


@drawn_once
def torch_gradients(x, weights, cotangents):
    """The gradients of the sixteen weights and of x, by PyTorch's LSTM."""
    own = {name: value.clone().requires_grad_() for name, value in weights.items()}
    leaf = x.clone().requires_grad_()
    states = lstm_roles.torch_lstm(leaf, own)
    sum((state * cotangent).sum() for state, cotangent in zip(states, cotangents, strict=True)).backward()
    return {name: value.grad for name, value in own.items()}, leaf.grad


@parameters
@pytest.mark.weight(2)
def test_shapes_of_other_sizes(student, generator):
    """All sixteen shapes follow from input_size and hidden_size.

    No number belongs in the constructor: only the two arguments.
    """
    sizes = torch.tensor([2, 3, 5, 7, 11, 13])
    chosen = [sizes[torch.randperm(len(sizes), generator=generator)[:2]].tolist() for _ in range(3)]
    models = [student.build("LSTM", *pair) for pair in chosen]
    for model, (inputs, hidden) in zip(models, chosen, strict=True):
        found = sorted(entry.shape for entry in model.structure.parameters)
        expected = sorted(lstm_roles.shape_of(name, inputs, hidden) for name in lstm_roles.NAMES)
        require(found == expected, "the shapes do not follow the two sizes")


@parameters
def test_each_parameter_is_its_own(student, generator):
    """The sixteen parameters are separate: changing one changes no other.

    Make a new tensor for every parameter; nn.Parameter(t) keeps using the memory of t.
    """
    model = student.build("LSTM", 2, 5)
    found = model.structure.parameters
    require(len(found) == 16, "LSTM should have sixteen parameters")
    require(not any(entry.alias for entry in found), "two names stand for the same parameter")
    values = {entry.name: torch.randn(entry.shape, generator=generator) for entry in found}
    after = model.load(values).weights()
    for name, value in values.items():
        kept = after.get(name)
        require(isinstance(kept, torch.Tensor) and torch.equal(kept, value), "changing one parameter changes another")


@parameters
def test_parameters_are_filled(student):
    """Each parameter of a new LSTM is filled with numbers.

    torch.empty only finds room in memory: leave the line that calls reset_parameters in its place.
    """
    # Memory that nobody has filled is NaN in here. Which numbers an LSTM starts with is free.
    model = student.build("LSTM", 3, 5)
    numbers = sum(math.prod(entry.shape) for entry in model.structure.parameters)
    require(numbers >= 4 * (3 + 5 + 1) * 5, "LSTM does not have the parameters that the equations need")
    for name, value in model.weights().items():
        filled = isinstance(value, torch.Tensor) and bool(value.isfinite().all())
        require(filled, "a parameter of a new LSTM is never filled", f"look at {name}")


def compare(student, generator, batches, sizes=SIZES):
    """Compare both states with PyTorch's, with random weights for each batch and number of steps."""
    models = [student.build("LSTM", *pair) for pair in sizes]
    asked = []
    for model, (inputs, hidden) in zip(models, sizes, strict=True):
        found = lstm_roles.find(model, inputs, hidden)
        for batch, steps in batches:
            weights, x, states = draw_case(generator, inputs, hidden, batch, steps)
            asked.append((model.load(found.bind(weights)).eval().ask(x), states))
    for answer, states in asked:
        require_states(answer.value, states)


def require_states(got, expected, when=""):
    """Compare what LSTM.forward returned with PyTorch's states."""
    got = lstm_roles.states(got, *expected[0].shape)
    for value, wanted, name in zip(got, expected, ("h_t", "c_t"), strict=True):
        require_close(value, wanted, name + when)


@drawn_once
def draw_case(generator, inputs, hidden, batch, steps):
    """Random weights and sequences, and the states that PyTorch's LSTM ends in."""
    weights = lstm_roles.random_weights(inputs, hidden, generator)
    x = torch.randn(batch, steps, inputs, generator=generator)
    return weights, x, lstm_roles.torch_lstm(x, weights)


@forward
@pytest.mark.weight(2)
@pytest.mark.core
def test_first_step(student, generator):
    """One sequence of one step gives the states of PyTorch's LSTM.

    From zero states only i, g and o count. Which gates take the sigmoid, which one the tanh? Does h use the new c?
    """
    compare(student, generator, ((1, 1),))


@forward
@pytest.mark.weight(2)
@pytest.mark.core
def test_second_step(student, generator):
    """A second step gives the states of PyTorch's LSTM.

    Now the forget gate and the hidden weights count. All four gates must read the old h.
    """
    compare(student, generator, ((1, 2),))


@forward
@pytest.mark.weight(2)
@pytest.mark.core
def test_longer_batches(student, generator):
    """Batches of longer sequences give the states of PyTorch's LSTM.

    One row for every sequence, and the loop runs over the positions, not over the sequences.
    """
    compare(student, generator, ((2, 5), (5, 3), (3, 13)), SIZES[:2])


@forward
@pytest.mark.weight(2)
def test_gradients(student, generator):
    """The gradients of all parameters and of x are those of PyTorch's LSTM.

    All operations must stay in the graph: no detach(), .data, .item() or in-place change of what is still needed.
    """
    pairs = ((2, 3), (7, 5))
    models = [student.build("LSTM", *pair) for pair in pairs]
    asked = []
    for model, (inputs, hidden), (batch, steps) in zip(models, pairs, ((1, 2), (3, 4)), strict=True):
        found = lstm_roles.find(model, inputs, hidden)
        weights = lstm_roles.random_weights(inputs, hidden, generator)
        x = torch.randn(batch, steps, inputs, generator=generator)
        cotangents = list(torch.randn(2, batch, hidden, generator=generator))
        answer = model.load(found.bind(weights)).ask_gradients(x, cotangents=cotangents)
        asked.append((found, answer, torch_gradients(x, weights, cotangents)))
    for found, answer, (own, leaf) in asked:
        got = answer.value
        for name in lstm_roles.NAMES:
            if name in found.slots:
                require_close(found.unbind(got.parameters, name), own[name], "the gradient of a parameter")
        require_close(got.inputs[0] if got.inputs else None, leaf, "the gradient of x")


@forward
def test_device(student, generator):
    """forward works on the device of x, whichever that is.

    The zeros that you make yourself belong there: torch.zeros(…, device=x.device), or x.new_zeros(…).
    """
    require_follows(student, lambda there: compare(there, generator, ((2, 2),), SIZES[:1]))


@forward
def test_calls_are_separate(student, generator):
    """A call gives the states of PyTorch's LSTM also after calls with other sequences, and in training mode.

    Start from new zeros in every call, keep no state in self, and make no parameter outside the constructor.
    """
    inputs, hidden = 3, 5
    model = student.build("LSTM", inputs, hidden)
    weights = lstm_roles.random_weights(inputs, hidden, generator)
    model.load(lstm_roles.find(model, inputs, hidden).bind(weights)).train()
    shapes = ((2, 3), (4, 1), (4, 2), (1, 7))
    sequences = [torch.randn(*shape, inputs, generator=generator) for shape in shapes]
    answers = [model.ask(x) for x in sequences]
    for x, answer in zip(sequences, answers, strict=True):
        require_states(answer.value, lstm_roles.torch_lstm(x, weights), " of a later call")
    made = [entry for entry in model.structure.parameters if not entry.alias]
    require(len(model.weights()) == len(made), "forward makes parameters, which is for the constructor to do")
