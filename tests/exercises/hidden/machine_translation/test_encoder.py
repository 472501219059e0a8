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


def draw(student, generator, kind, cases):
    """For each case a student's encoder with random weights, those weights, and random ids.

    What comes out of the ReLU is large, so that other activations differ, and made small again.
    """
    encoders = [sizes.build(student, kind) for _, _, sizes in cases]
    for encoder, (batch, steps, sizes) in zip(encoders, cases, strict=True):
        needed = sizes.roles(kind)
        weights = roles.random_weights(needed, generator, 0.9)
        weights["first"] = {name: 8 * value for name, value in weights["first"].items()}
        weights["second"]["weight"] /= 8
        load(encoder, needed, weights)
        yield encoder, weights, torch.randint(sizes.words, (batch, steps), generator=generator)


def ask_each(student, generator, kind):
    """Ask for the outputs of each case; return the answers beside what PyTorch makes of it."""
    drawn = draw(student, generator, kind, CASES)
    return [(encoder.eval().ask(ids), oracles.encode(kind, ids, weights)) for encoder, weights, ids in drawn]


def require_output(got, expected, kind, when=""):
    """Compare output (and cell) with PyTorch's."""
    output, _, cell = encoder_reply(got, kind)
    require_close(output, expected[0], "output" + when)
    if kind == "LSTM":
        require_close(cell, expected[2], "cell" + when)


def compare_outputs(student, generator, kind):
    """Compare output (and cell) with PyTorch's."""
    for answer, expected in ask_each(student, generator, kind):
        require_output(answer.value, expected, kind)


def compare_hidden(student, generator, kind):
    """Compare the hidden state with PyTorch's."""
    for answer, expected in ask_each(student, generator, kind):
        require_close(encoder_reply(answer.value, kind)[1], expected[1], "hidden")


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
    dropping, keeping = (sizes.build(student, kind, p) for p in (rate, 0.0))
    load(dropping, needed, weights).train().seed(7)
    once, again = (dropping.ask(ids) for _ in range(2))
    weights = roles.random_weights(needed, generator, 0.9)
    load(keeping, needed, weights).train()
    sentences = torch.randint(sizes.words, (2, 3, 4), generator=generator)
    kept = [(keeping.ask(ids), oracles.encode(kind, ids, weights)) for ids in sentences]
    output = require_tensor(encoder_reply(once.value, kind)[0], (23, 29, sizes.hidden), "output")
    require_dropped(output[..., : sizes.emb], value.item(), rate, "the embedding")
    require_drawn_anew(output, encoder_reply(again.value, kind)[0])
    for answer, expected in kept:
        require_output(answer.value, expected, kind, " with dropout 0 in training mode")


def compare_gradients(student, generator, kind, only):
    """Compare the gradients of some roles; the hidden state counts only where its layers are asked for."""
    drawn, asked = draw(student, generator, kind, CASES[1:]), []
    for (encoder, weights, _), (batch, steps, sizes) in zip(drawn, CASES[1:], strict=True):
        ids = oracles.words(generator, sizes.words, batch, steps)
        shapes = [(batch, steps, sizes.hidden), (1, batch, sizes.decoder)]
        shapes += [(1, batch, sizes.hidden)] * (kind == "LSTM")
        cotangents = [torch.randn(shape, generator=generator) for shape in shapes]
        if "first" not in only:
            cotangents[1].zero_()
        answer = encoder.eval().ask_gradients(ids, cotangents=cotangents)
        asked.append((encoder, sizes, answer, oracles.encoder_gradients(kind, ids, weights, cotangents)))
    for encoder, sizes, answer, expected in asked:
        oracles.require_role_gradients(encoder, sizes.roles(kind), answer.value, expected, only)


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
    compare_hidden(student, generator, "RNN")


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
    ((encoder, weights, ids),) = draw(student, generator, kind, CASES[1:2])
    encoder.train().ask(ids)
    later = (ids.flip(0), ids[:, :2], ids[:1])
    answers = [encoder.eval().ask(each) for each in later]
    for answer, each in zip(answers, later, strict=True):
        require_output(answer.value, oracles.encode(kind, each, weights), kind, " of a later call")


@with_rnn
def test_rnn_device(student, generator):
    """The encoder works on the device of its input, whichever that is.

    It needs no tensor of your own: the RNN starts from zeros by itself.
    """
    check_device(student, generator, "RNN")


def check_device(student, generator, kind):
    """Call the encoder elsewhere."""

    def call(there):
        ((encoder, _, _),) = draw(there, generator, kind, CASES[1:2])
        encoder.eval().call(torch.zeros(2, 3).long())

    require_follows(student, call)


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
    compare_hidden(student, generator, "LSTM")


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
