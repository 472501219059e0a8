"""Exercise 2: the encoder with an RNN and with an LSTM."""

import math

import pytest
import torch
from seq2seq_roles import (
    OPEN,
    EncoderSizes,
    copy_embedding,
    corner,
    encoder_reply,
    load,
    require_dropped,
    require_learning,
    require_same,
    set_gates,
    zeros,
)

from autograder.judging import roles
from autograder.judging.compare import require, require_close, require_tensor

SIZES = EncoderSizes(words=11, emb=3, hidden=5, decoder=7)
with_rnn = pytest.mark.step("encoder_rnn")
with_lstm = pytest.mark.step("encoder_lstm")


def copying(student, kind, table):
    """An encoder whose recurrent layer passes on what it reads."""
    return told_to_copy(SIZES.build(student, kind), kind, table)


def told_to_copy(encoder, kind, table):
    """Make one of an encoder that is built already."""
    needed = SIZES.roles(kind)
    weights = zeros(needed)
    weights["embedding"]["weight"] = table
    copy_embedding(weights, kind, SIZES.emb, SIZES.hidden)
    return load(encoder, needed, weights)


def table_of_words():
    """An embedding by hand: word k is (k/10, -k/10, 1/2)."""
    k = torch.arange(SIZES.words) / 10
    return torch.stack((k, -k, torch.full_like(k, 0.5)), 1)


def random_encoder(student, kind, generator):
    """An encoder with random weights whose ReLU lets most units pass."""
    needed = SIZES.roles(kind)
    weights = roles.random_weights(needed, generator)
    weights["first"]["bias"] = weights["first"]["bias"].abs() + 1.5
    return load(SIZES.build(student, kind), needed, weights)


def words(generator, *shape):
    """Random ids."""
    return torch.randint(SIZES.words, shape, generator=generator)


def check_drops(student, kind):
    """In training mode, half (then a tenth) of the embedding's numbers are zero, the others scaled up."""
    ids = torch.zeros(20, 40, dtype=torch.int64)
    asked = []
    for rate, encoder in [(rate, SIZES.build(student, kind, rate)) for rate in (0.5, 0.1)]:
        told_to_copy(encoder, kind, torch.ones(SIZES.words, SIZES.emb)).train().seed(1)
        asked.append((rate, encoder.ask(ids)))
    for rate, answer in asked:
        value = math.tanh(1 / (1 - rate))
        value = math.tanh(value) if kind == "LSTM" else value
        output, _, _ = encoder_reply(answer.value, kind)
        output = require_tensor(output, (20, 40, SIZES.hidden), "output")
        require_dropped(output[..., : SIZES.emb], value, rate, "the embedding")


def check_drops_nothing_else(student, kind):
    """Where the embedding is zero, dropout has nothing to drop: training and evaluation mode agree."""
    needed = SIZES.roles(kind)
    weights = zeros(needed)
    weights["recurrent"]["bias_ih_l0"][:] = 1.0
    weights["first"]["weight"][:] = 0.1
    weights["first"]["bias"][:] = 1.0
    weights["second"]["weight"][:] = 0.2
    encoder = load(SIZES.build(student, kind), needed, weights)
    ids = torch.zeros(3, 4, dtype=torch.int64)
    answers = encoder.eval().ask(ids), encoder.train().seed(1).ask(ids)
    plain, noisy = (encoder_reply(answer.value, kind) for answer in answers)
    names = ("output", "the hidden state", "the cell")
    for one, other, name in zip(noisy, plain, names, strict=True):
        if other is not None:
            require_same(one, other, f"{name} in training mode")


def check_gradients(student, generator, kind, ways):
    """Backpropagate from output (way 0), hidden state (1) or cell (2) alone to the first of the layers, 2 or 4."""
    ids = words(generator, 2, 4)
    needed = SIZES.roles(kind)
    weights = roles.random_weights(needed, generator)
    weights["first"]["bias"] = weights["first"]["bias"].abs() + 1.5  # most units get past the ReLU
    encoder = load(SIZES.build(student, kind), needed, weights).eval()
    shapes = [(2, 4, SIZES.hidden), (1, 2, SIZES.decoder), (1, 2, SIZES.hidden)]
    asked = []
    for way, layers in ways.items():
        cotangents = [torch.ones(shape) * (number == way) for number, shape in enumerate(shapes)]
        asked.append((layers, encoder.ask_gradients(ids, cotangents=cotangents)))
    for layers, answer in asked:
        require_learning(encoder, needed[:layers], answer.value)


def asked_for_shapes(student, kind):
    """Batches of two sizes: N, T, the answer and whether the input was changed."""
    encoder = SIZES.build(student, kind).eval()
    return [
        (batch, steps, encoder.ask(torch.ones(batch, steps, dtype=torch.int64)), encoder.ask_changed())
        for batch, steps in ((2, 4), (1, 1))
    ]


@with_rnn
@pytest.mark.weight(0)
def test_rnn_shapes(student):
    """The encoder returns output (N, T, encoder_hidden) and hidden (1, N, decoder_hidden).

    Is the recurrent layer batch first? The second Linear layer goes to decoder_hidden_size.
    """
    for batch, steps, answer, changed in asked_for_shapes(student, "RNN"):
        output, hidden, _ = encoder_reply(answer.value, "RNN")
        require_tensor(output, (batch, steps, SIZES.hidden), "output")
        require_tensor(hidden, (1, batch, SIZES.decoder), "hidden")
        require(not changed.value, "forward changes its input")


@with_rnn
def test_rnn_reads_words(student):
    """With an RNN that only passes on its input, each output is tanh of that word's embedding.

    In evaluation mode nothing is dropped. The output is the RNN's own, nothing is applied to it.
    """
    table = table_of_words()
    ids = torch.tensor([[2, 5, 1, 10], [7, 0, 3, 4]])
    output, _, _ = encoder_reply(copying(student, "RNN", table).eval().call(ids), "RNN")
    expected = torch.zeros(2, 4, SIZES.hidden)
    expected[..., : SIZES.emb] = table[ids].tanh()
    require_close(output, expected, "output")


@with_rnn
def test_rnn_reads_in_order(student, generator):
    """A word changes the outputs from its own position on, the hidden state, and nothing before it.

    N comes first, then T: look at batch_first. The hidden state belongs to the last position.
    """
    encoder = random_encoder(student, "RNN", generator).eval()
    ids = words(generator, 3, 5)
    other = ids.clone()
    other[1, 2] = (ids[1, 2] + 1) % SIZES.words
    answers = [encoder.ask(each) for each in (ids, other)]
    output, hidden, _ = encoder_reply(answers[0].value, "RNN")
    changed, after, _ = encoder_reply(answers[1].value, "RNN")
    output = require_tensor(output, (3, 5, SIZES.hidden), "output")
    changed = require_tensor(changed, (3, 5, SIZES.hidden), "output")
    moved = (output - changed).abs().amax(2) > 1e-6
    expected = torch.zeros(3, 5, dtype=torch.bool)
    expected[1, 2:] = True
    require_close(moved, expected, "the table of outputs that change with one word")
    hidden = require_tensor(hidden, (1, 3, SIZES.decoder), "hidden")
    after = require_tensor(after, (1, 3, SIZES.decoder), "hidden")
    moved = (hidden - after).abs().amax(2) > 1e-6
    require_close(moved, torch.tensor([[False, True, False]]), "the table of hidden states that change with one word")


def transforming(student, kind):
    """An encoder whose last h is (0.5, -0.5, 0, 0, 0) after word 1 and (-0.25, 0.75, 0, 0, 0) after word 2.

    Returns what it gives for two sentences, its weights, that h, and the hidden state on paper.
    """
    needed = SIZES.roles(kind)
    weights = zeros(needed)
    h = torch.zeros(1, 2, SIZES.hidden)
    h[0, :, :2] = torch.tensor([[0.5, -0.5], [-0.25, 0.75]])
    entering = h[0, :, : SIZES.emb].atanh()
    weights["embedding"]["weight"][1:3] = entering.atanh() if kind == "LSTM" else entering
    weights["embedding"]["weight"][3] = 0.4
    copy_embedding(weights, kind, SIZES.emb, SIZES.hidden)
    weights["first"]["weight"][:2, :2] = torch.tensor([[0.0, 2.0], [1.0, 0.0]])  # units 0 and 1 cross over
    weights["first"]["bias"][3] = 0.25  # the ReLU gives (0, 0.5, 0, 0.25, 0) and (1.5, 0, 0, 0.25, 0)
    weights["second"]["weight"][:4, :4] = torch.diag(torch.tensor([-2.0, 3.0, 5.0, 4.0]))
    weights["second"]["bias"][6] = 2.0
    encoder = load(SIZES.build(student, kind), needed, weights).eval()
    reply = encoder_reply(encoder.call(torch.tensor([[2, 3, 1], [1, 3, 2]])), kind)
    expected = torch.tensor([[[0.0, 1.5, 0.0, 1.0, 0.0, 0.0, 2.0], [-3.0, 0.0, 0.0, 1.0, 0.0, 0.0, 2.0]]]).tanh()
    return reply, weights, h, expected


@with_rnn
def test_rnn_transforms_hidden(student):
    """The last hidden state goes through Linear, ReLU, Linear and tanh, in this order.

    A negative number does not get past the ReLU; the tanh comes last and can be negative again.
    """
    (_, hidden, _), _, _, expected = transforming(student, "RNN")
    require_close(hidden, expected, "hidden")


@with_rnn
def test_rnn_dropout(student):
    """In training mode, numbers of the embedding are dropped with the given probability.

    Put a dropout layer with the constructor's probability between embedding and RNN.
    """
    check_drops(student, "RNN")


@with_rnn
def test_rnn_dropout_elsewhere(student):
    """Nothing but the embedding is dropped, and nothing at all in evaluation mode.

    Dropout belongs to the embedding, not to the output or the hidden state. nn.Dropout knows of eval() by itself.
    """
    test_rnn_reads_words(student)  # a constant would pass the rest
    check_drops_nothing_else(student, "RNN")


@with_rnn
def test_rnn_gradients(student, generator):
    """A gradient reaches the embedding, the RNN and both Linear layers.

    Look for detach(), torch.no_grad(), or a layer that is not used.
    """
    check_gradients(student, generator, "RNN", {0: 2, 1: 4})


@with_lstm
@pytest.mark.weight(0)
def test_lstm_shapes(student):
    """With "LSTM" the encoder returns output and the pair (hidden, cell); the cell is (1, N, encoder_hidden).

    The second value is itself a tuple. The cell has not been through the Linear layers.
    """
    for batch, steps, answer, changed in asked_for_shapes(student, "LSTM"):
        output, hidden, cell = encoder_reply(answer.value, "LSTM")
        require_tensor(output, (batch, steps, SIZES.hidden), "output")
        require(isinstance(hidden, torch.Tensor), "hidden should be a tensor")
        require_tensor(cell, (1, batch, SIZES.hidden), "cell")
        require(not changed.value, "forward changes its input")


@with_lstm
def test_lstm_reads_words(student):
    """With an LSTM that only passes on its input, outputs and cell follow from the words' embeddings.

    The output is the LSTM's own, and the cell its last cell state; nothing is applied to either.
    """
    table = table_of_words()
    ids = torch.tensor([[2, 5, 1, 10], [7, 0, 3, 4]])
    output, _, cell = encoder_reply(copying(student, "LSTM", table).eval().call(ids), "LSTM")
    expected = torch.zeros(2, 4, SIZES.hidden)
    expected[..., : SIZES.emb] = table[ids].tanh()
    require_close(cell, expected[None, :, -1], "cell")
    require_close(output, expected.tanh(), "output")


@with_lstm
def test_lstm_keeps_cell(student):
    """With open gates, the cell adds up what was read: it is larger than 1 and no tanh has touched it.

    Return the cell as the LSTM gives it. Only the hidden state goes through the two Linear layers.
    """
    needed = SIZES.roles("LSTM")
    weights = zeros(needed)
    set_gates(weights["recurrent"], SIZES.hidden, i=OPEN, f=OPEN, o=OPEN)
    weights["embedding"]["weight"][4] = 20.0  # word 4 is a long way up, word 6 a long way down
    weights["embedding"]["weight"][6] = -20.0
    weights["recurrent"]["weight_ih_l0"][2 * SIZES.hidden : 3 * SIZES.hidden] = corner(SIZES.hidden, SIZES.emb)
    weights["first"]["bias"][:] = 1.0
    weights["second"]["weight"][:] = 1.0
    encoder = load(SIZES.build(student, "LSTM"), needed, weights).eval()
    output, _, cell = encoder_reply(encoder.call(torch.tensor([[4, 4, 4, 0], [6, 6, 4, 6]])), "LSTM")
    sums = torch.tensor([[1.0, 2.0, 3.0, 3.0], [-1.0, -2.0, -1.0, -2.0]])
    expected = torch.zeros(2, 4, SIZES.hidden)
    expected[..., : SIZES.emb] = sums[..., None]
    require_close(cell, expected[None, :, -1], "cell")
    require_close(output, expected.tanh(), "output")


@with_lstm
def test_lstm_transforms_hidden(student):
    """The hidden state goes through the two Linear layers; the cell does not take its place.

    output, (hidden, cell) is the order in which an LSTM layer returns its values.
    """
    (_, hidden, _), _, _, expected = transforming(student, "LSTM")
    require_close(hidden, expected, "hidden")


@with_lstm
def test_lstm_dropout(student):
    """Dropout works as in the encoder with the RNN: on the embedding, in training mode, nowhere else.

    Both kinds read the same embedding: one dropout layer serves both.
    """
    check_drops(student, "LSTM")
    check_drops_nothing_else(student, "LSTM")


@with_lstm
def test_lstm_gradients(student, generator):
    """A gradient reaches the embedding and the LSTM, through the output, the hidden state and the cell alike.

    Look for detach() or torch.no_grad() on one of the three ways.
    """
    check_gradients(student, generator, "LSTM", {0: 2, 1: 2, 2: 2})
