"""Exercise 1: the parameters of an LSTM and one run over a sequence."""

import math

import lstm_roles
import pytest
import torch

from autograder.judging.compare import Mismatch, require, require_close

I, H = 2, 3  # noqa: E741 - input and hidden size
parameters = pytest.mark.step("lstm_parameters")
forward = pytest.mark.step("lstm_forward")


def require_shapes(student, kind, words):
    """Compare the number of parameters of one kind, for two pairs of sizes."""
    models = [student.build("LSTM", *sizes) for sizes in ((2, 3), (7, 5))]
    for model, (inputs, hidden) in zip(models, ((2, 3), (7, 5)), strict=True):
        wanted = lstm_roles.shape_of(kind, inputs, hidden)
        shapes = [entry.shape for entry in model.structure.parameters]
        count = sum(name[:3] == kind or name[:2] == kind for name in lstm_roles.NAMES)
        found = shapes.count(wanted)
        turned = shapes.count(wanted[::-1]) if wanted != wanted[::-1] else 0
        detail = f"LSTM({inputs}, {hidden}): expected {count} parameters of shape {wanted}, found {found}"
        if found != count and turned:
            raise Mismatch(f"{words} are transposed", f"{detail} but {turned} of shape {wanted[::-1]}")
        require(found == count, f"{words} do not have the right shape or number", detail)


@parameters
def test_sixteen_parameters(student):
    """The LSTM has sixteen trainable float32 parameters.

    Each one is an nn.Parameter of its own that is stored in self; four for each of i, f, g and o.
    """
    found = student.build("LSTM", I, H).structure.parameters
    require(len(found) == 16, "LSTM should have sixteen parameters", f"found {len(found)}")
    odd = [entry.name for entry in found if not entry.trainable or entry.dtype != "float32"]
    require(not odd, "a parameter is not trainable or not float32", f"look at {', '.join(odd[:4])}")


@parameters
def test_input_weights(student):
    """Four weights have the shape (input_size, hidden_size).

    A row belongs to a number of the input, a column to a number of the hidden state: x · W, nothing transposed.
    """
    require_shapes(student, "W_i", "the input weights")


@parameters
def test_hidden_weights(student):
    """Four weights have the shape (hidden_size, hidden_size).

    W_hi, W_hf, W_hg and W_ho map a hidden state to a hidden state.
    """
    require_shapes(student, "W_h", "the hidden weights")


@parameters
def test_biases(student):
    """Eight biases have the shape (hidden_size,).

    Each gate has two: b_i* beside the input weight, b_h* beside the hidden weight.
    """
    require_shapes(student, "b_", "the biases")


class ByHand:
    """An LSTM whose parameters are all zero, but those that `run` is given."""

    def __init__(self, student):
        self.model = student.build("LSTM", I, H)
        self.roles = lstm_roles.find(self.model, I, H)

    def run(self, *cases):
        """Return h_t and c_t for each case: sequences x, and values of parameters."""
        answers = []
        for x, values in cases:
            self.model.load(self.roles.bind(lstm_roles.hand_weights(I, H, **values))).eval()
            answers.append(self.model.ask(x))
        return [lstm_roles.states(answer.value, len(x), H) for answer, (x, _) in zip(answers, cases, strict=True)]


def full(rows, value):
    """A state (rows, H) of one value."""
    return torch.full((rows, H), float(value))


@forward
@pytest.mark.weight(0)
def test_two_states(student):
    """forward returns (h_t, c_t), each of shape (N, hidden_size), and leaves x as it is.

    Look at the shape of each product: (N, input) · (input, hidden) is (N, hidden).
    """
    model = student.build("LSTM", I, H)
    for batch, steps in ((5, 4), (1, 1)):
        answer = model.ask(torch.ones(batch, steps, I))
        changed = model.changed
        lstm_roles.states(answer.value, batch, H)
        require(not changed, "forward changes its input x")


@forward
def test_one_candidate(student):
    """With all weights zero but W_ig, the memory takes in half of tanh(x · W_ig) and halves in every step.

    This is the example by hand of section 3. All gates are half open; g is the only one that sees x.
    """
    x = torch.tensor([[[1.0, 0.0], [0.0, 0.0]], [[2.0, -1.0], [0.0, 0.0]]])  # (2, 2, I), x · 1 is 1 then 0
    found = ByHand(student).run(*((x[:, :steps], {"W_ig": 1.0}) for steps in (1, 2)))
    for (h, c), part in zip(found, (0.5, 0.25), strict=True):
        memory = part * math.tanh(1.0)
        require_close(c, full(2, memory), "c_t")
        require_close(h, full(2, 0.5 * math.tanh(memory)), "h_t")


@forward
def test_counting(student):
    """With all gates open and g = 1, the memory counts the steps.

    c grows by i·g = 1 a step if f keeps the old c; h is tanh(c), because o = 1. All T positions must be read.
    """
    values = {"b_ii": 20.0, "b_hf": 20.0, "b_hg": 20.0, "b_io": 20.0}
    found = ByHand(student).run(*((torch.zeros(4, steps, I), values) for steps in (1, 2, 5)))
    for (h, c), steps in zip(found, (1, 2, 5), strict=True):
        require_close(c, full(4, steps), "c_t")
        require_close(h, full(4, math.tanh(steps)), "h_t")


@forward
def test_each_gate(student):
    """A closed input gate lets nothing in, a closed forget gate keeps nothing, a closed output gate shows nothing.

    Check which gate multiplies the old memory, which one the candidate, and which one the result.
    """
    open_gates = {"b_ii": 20.0, "b_if": 20.0, "b_io": 20.0, "b_hg": 20.0}
    closed = [(torch.zeros(2, 3, I), open_gates | {"b_i" + gate: -20.0}) for gate in "ifo"]
    # The same by the input: one gate alone reads x.
    read = [(torch.ones(2, 3, I), open_gates | {"b_i" + gate: 0.0, "W_i" + gate: -20.0}) for gate in "ifo"]
    found = ByHand(student).run(*closed, *read)
    memories, shown = (0.0, 1.0, 3.0), (0.0, math.tanh(1.0), 0.0)
    for (h, c), memory, seen in zip(found[:3], memories, shown, strict=True):
        require_close(c, full(2, memory), "c_t")
        require_close(h, full(2, seen), "h_t")
    for (_, c), memory in zip(found[3:], memories, strict=True):
        require_close(c, full(2, memory), "c_t")


@forward
def test_hidden_to_hidden(student):
    """A hidden weight W[0, 1] leads from unit 0 of the old hidden state to unit 1 of its gate.

    h · W: the row of W is the unit that is read, the column the unit that is written. All gates read the old h,
    so unit 0 is heard one step later.
    """
    lead = torch.zeros(H, H)
    lead[0, 1] = 60.0
    only_first = torch.tensor([20.0, -20.0, -20.0])  # by themselves, units 1 and 2 of this gate are closed
    cases = []
    open_gates = {"b_ii": 20.0, "b_if": 20.0, "b_io": 20.0, "b_hg": 20.0}
    memories = {"i": (3.0, 2.0, 0.0), "f": (3.0, 3.0, 1.0), "o": (3.0, 3.0, 3.0), "g": (3.0, 2.0, 0.0)}
    for gate in memories:
        own = {"b_hg": torch.tensor([20.0, 0.0, 0.0])} if gate == "g" else {"b_i" + gate: only_first}
        cases.append((torch.zeros(1, 3, I), open_gates | own | {"W_h" + gate: lead}))
    cases += [(torch.zeros(1, steps, I), open_gates | {"b_io": only_first, "W_ho": lead}) for steps in (1, 2)]
    found = ByHand(student).run(*cases)
    for (_, c), memory in zip(found[:4], memories.values(), strict=True):
        require_close(c, torch.tensor([memory]), "c_t")
    for (h, _), steps, heard in zip(found[4:], (1, 2), (0.0, math.tanh(2.0)), strict=True):
        require_close(h, torch.tensor([[math.tanh(steps), heard, 0.0]]), "h_t")


@forward
def test_sequences_are_separate(student, generator):
    """Each sequence of a batch gives the same states as alone, also after other calls.

    Start from new zeros in every call, one row for every sequence; no number of N belongs in the code.
    """
    model = student.build("LSTM", I, H)
    weights = lstm_roles.find(model, I, H).bind(lstm_roles.random_weights(I, H, generator))
    x = torch.randn(4, 3, I, generator=generator)
    whole, *single = [model.load(weights).eval().ask(rows) for rows in (x, x[2:3], x[:1])]
    together = lstm_roles.states(whole.value, 4, H)
    for row, answer in zip((2, 0), single, strict=True):
        alone = lstm_roles.states(answer.value, 1, H)
        for one, many, name in zip(alone, together, ("h_t", "c_t"), strict=True):
            require_close(one, many[row : row + 1], f"{name} of one sequence alone")
    spread = min((part[0] - part[2]).abs().max().item() for part in together)
    require(spread > 1e-3, "two different sequences give the same states")


@forward
def test_gradients_arrive(student, generator):
    """A gradient reaches all parameters and every position of the input.

    Look for detach(), .data, .item(), numpy or torch.no_grad() on the way, and for a position that is not read.
    """
    model = student.build("LSTM", I, H)
    found = lstm_roles.find(model, I, H)
    x = torch.randn(2, 3, I, generator=generator)
    model.load(found.bind(lstm_roles.random_weights(I, H, generator)))
    gradients = model.gradients(x, cotangents=[torch.ones(2, H), torch.ones(2, H)])
    for name in lstm_roles.NAMES:
        gradient = found.unbind(gradients.parameters, name)
        reached = isinstance(gradient, torch.Tensor) and bool((gradient != 0).any())
        require(reached or name not in found.slots, "no gradient reaches one of the parameters", f"look at {name}")
    gradient = gradients.inputs[0] if gradients.inputs else None
    reached = isinstance(gradient, torch.Tensor) and gradient.shape == x.shape and bool((gradient != 0).any(2).all())
    require(reached, "no gradient reaches some position of the input")
