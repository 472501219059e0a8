"""Hidden tests of exercise 2: the encoder against PyTorch's layers."""

import pytest
import seq2seq_oracles as oracles
import torch
from other_device import require_follows
from seq2seq_roles import (
    EncoderSizes,
    copy_embedding,
    encoder_reply,
    load,
    require_drawn_anew,
    require_dropped,
    zeros,
)

from autograder.judging import roles
from autograder.judging.compare import require_close, require_tensor

with_rnn = pytest.mark.step("encoder_rnn")
with_lstm = pytest.mark.step("encoder_lstm")
# Batch, length and sizes, the smallest first; all sizes of a case are different.
CASES = (
    (1, 1, EncoderSizes(words=7, emb=2, hidden=3, decoder=5)),
    (2, 5, EncoderSizes(words=11, emb=7, hidden=3, decoder=13)),
    (5, 3, EncoderSizes(words=17, emb=2, hidden=13, decoder=7)),
)


def case(student, generator, kind, batch, steps, sizes):
    """A student's encoder with random weights, those weights, and random ids.

    What comes out of the ReLU is large, so that other activations differ, and made small again.
    """
    needed = sizes.roles(kind)
    weights = roles.random_weights(needed, generator, 0.9)
    weights["first"] = {name: 8 * value for name, value in weights["first"].items()}
    weights["second"]["weight"] /= 8
    encoder = load(sizes.build(student, kind), needed, weights)
    return encoder, weights, torch.randint(sizes.words, (batch, steps), generator=generator)


def compare_outputs(student, generator, kind):
    """Compare output (and cell) with PyTorch's."""
    for batch, steps, sizes in CASES:
        encoder, weights, ids = case(student, generator, kind, batch, steps, sizes)
        output, _, cell = encoder_reply(encoder.eval().call(ids), kind)
        expected = oracles.encode(kind, ids, weights)
        require_close(output, expected[0], "output")
        if kind == "LSTM":
            require_close(cell, expected[2], "cell")


def check_dropout(student, generator, kind):
    """Check the rate of dropout in training mode, and that with the rate 0 this mode changes nothing."""
    sizes = EncoderSizes(words=5, emb=7, hidden=11, decoder=3)
    rate = 0.25 + 0.5 * torch.rand(1, generator=generator).item()
    needed = sizes.roles(kind)
    weights = zeros(needed)
    weights["embedding"]["weight"][:] = 0.5
    copy_embedding(weights, kind, sizes.emb, sizes.hidden)
    value = torch.tensor(0.5 / (1 - rate)).tanh()
    value = value.tanh() if kind == "LSTM" else value
    ids = torch.ones(23, 29, dtype=torch.int64)
    encoder = load(sizes.build(student, kind, rate), needed, weights).train().seed(7)
    output = require_tensor(encoder_reply(encoder.call(ids), kind)[0], (23, 29, sizes.hidden), "output")
    require_dropped(output[..., : sizes.emb], value.item(), rate, "the embedding")
    require_drawn_anew(output, encoder_reply(encoder.call(ids), kind)[0])
    weights = roles.random_weights(needed, generator, 0.9)
    encoder = load(sizes.build(student, kind, 0.0), needed, weights).train()
    for _ in range(2):
        ids = torch.randint(sizes.words, (3, 4), generator=generator)
        output, _, cell = encoder_reply(encoder.call(ids), kind)
        expected = oracles.encode(kind, ids, weights)
        require_close(output, expected[0], "output with dropout 0 in training mode")
        if kind == "LSTM":
            require_close(cell, expected[2], "cell with dropout 0 in training mode")


def compare_gradients(student, generator, kind, only):
    """Compare the gradients of some roles; the hidden state counts only where its layers are asked for."""
    for batch, steps, sizes in CASES[1:]:
        encoder, weights, _ = case(student, generator, kind, batch, steps, sizes)
        ids = oracles.words(generator, sizes.words, batch, steps)
        shapes = [(batch, steps, sizes.hidden), (1, batch, sizes.decoder)]
        shapes += [(1, batch, sizes.hidden)] * (kind == "LSTM")
        cotangents = [torch.randn(shape, generator=generator) for shape in shapes]
        if "first" not in only:
            cotangents[1].zero_()
        got = encoder.eval().gradients(ids, cotangents=cotangents)
        expected = oracles.encoder_gradients(kind, ids, weights, cotangents)
        oracles.require_role_gradients(encoder, sizes.roles(kind), got, expected, only)


@with_rnn
@pytest.mark.weight(2)
@pytest.mark.core
def test_rnn_output(student, generator):
    """The outputs are those of embedding and RNN, for any sizes.

    embedding → dropout (off in evaluation mode) → RNN; the output is returned as it is.
    """
    compare_outputs(student, generator, "RNN")


@with_rnn
@pytest.mark.weight(2)
@pytest.mark.core
def test_rnn_hidden(student, generator):
    """The hidden state is tanh(Linear(ReLU(Linear(h)))) of the RNN's last h, for any sizes.

    The first Linear layer keeps the encoder's hidden size, the second goes to the decoder's.
    """
    for batch, steps, sizes in CASES:
        encoder, weights, ids = case(student, generator, "RNN", batch, steps, sizes)
        _, hidden, _ = encoder_reply(encoder.eval().call(ids), "RNN")
        require_close(hidden, oracles.encode("RNN", ids, weights)[1], "hidden")


@with_rnn
def test_rnn_gradients(student, generator):
    """The gradients of all layers are the right ones, with output and hidden state in the loss.

    All operations must stay in the graph, and each layer be used once.
    """
    compare_gradients(student, generator, "RNN", ("embedding", "recurrent", "first", "second"))


@with_rnn
def test_rnn_dropout_rate(student, generator):
    """Dropout has the probability that the constructor got, also 0, and in training mode only.

    Hand the argument on to the dropout layer; the default is for those who give none.
    """
    check_dropout(student, generator, "RNN")


@with_rnn
def test_rnn_calls_are_separate(student, generator):
    """A call in evaluation mode gives the right values also after other calls and after training mode.

    Keep nothing in self from one call to the next; each call starts the RNN from zeros.
    """
    separate(student, generator, "RNN")


def separate(student, generator, kind):
    """Compare later calls with PyTorch's layers."""
    encoder, weights, ids = case(student, generator, kind, *CASES[1])
    encoder.train().call(ids)
    for later in (ids.flip(0), ids[:, :2], ids[:1]):
        output, _, cell = encoder_reply(encoder.eval().call(later), kind)
        expected = oracles.encode(kind, later, weights)
        require_close(output, expected[0], "output of a later call")
        if kind == "LSTM":
            require_close(cell, expected[2], "cell of a later call")


@with_rnn
def test_rnn_device(student, generator):
    """The encoder works on the device of its input, whichever that is.

    It needs no tensor of your own: the RNN starts from zeros by itself.
    """
    check_device(student, generator, "RNN")


def check_device(student, generator, kind):
    """Call the encoder elsewhere."""
    require_follows(
        student, lambda there: case(there, generator, kind, *CASES[1])[0].eval().call(torch.zeros(2, 3).long())
    )


@with_lstm
@pytest.mark.weight(2)
@pytest.mark.core
def test_lstm_output_and_cell(student, generator):
    """Outputs and cell are those of embedding and LSTM, for any sizes.

    The cell is the LSTM's own last cell state; no layer and no activation touches it.
    """
    compare_outputs(student, generator, "LSTM")


@with_lstm
@pytest.mark.weight(2)
@pytest.mark.core
def test_lstm_hidden(student, generator):
    """The hidden state of the LSTM goes through the two Linear layers.

    The layer returns output, (hidden, cell): take the first of the pair, transform it, and pair it with the cell.
    """
    for batch, steps, sizes in CASES:
        encoder, weights, ids = case(student, generator, "LSTM", batch, steps, sizes)
        _, hidden, _ = encoder_reply(encoder.eval().call(ids), "LSTM")
        expected = oracles.encode("LSTM", ids, weights)
        require_close(hidden, expected[1], "hidden")


@with_lstm
def test_lstm_gradients(student, generator):
    """The gradients of all layers are the right ones, with output, hidden state and cell in the loss.

    All operations must stay in the graph, on the way of the cell, too.
    """
    compare_gradients(student, generator, "LSTM", ("embedding", "recurrent", "first", "second"))


@with_lstm
def test_lstm_device(student, generator):
    """The encoder works on the device of its input, whichever that is.

    It needs no tensor of your own: the LSTM starts from zeros by itself.
    """
    check_device(student, generator, "LSTM")


@with_lstm
def test_lstm_calls_are_separate(student, generator):
    """A call gives the right values after other calls, and dropout follows the constructor's probability.

    Keep nothing in self from one call to the next; each call starts the LSTM from zeros.
    """
    separate(student, generator, "LSTM")
    check_dropout(student, generator, "LSTM")
