"""Hidden tests of exercise 2: cosine attention against PyTorch's functions."""

import pytest
import seq2seq_oracles as oracles
import torch
from decoder_checks import state_of
from other_device import require_follows
from seq2seq_roles import DecoderSizes

from autograder.isolation.faults import StudentError
from autograder.judging.compare import is_close, require_close

attention = pytest.mark.step("attention")
# N, T and H, the smallest first.
SHAPES = ((1, 1, 2), (1, 3, 5), (2, 1, 3), (3, 7, 2), (5, 2, 11), (3, 3, 3))
# The cosine's epsilon is free up to 1e-4, be it added to both lengths, to their product or under the root, or the least
# that they may be: beside lengths of 1 and more it moves a cosine by 2e-4, a weight by half of that (1e-3 may fail).
ROOM = 1e-4


def ask_weights(student, hidden, outputs, what="the weights", atol=ROOM):
    """Ask compute_attention for weights; return its answer, PyTorch's, and how to compare them."""
    size = hidden.shape[2]
    model = DecoderSizes(7, size, size, 13).build(student, "RNN", True).eval()
    answer = model.ask(hidden, outputs, method="compute_attention")
    return answer, oracles.cosine_weights(hidden, outputs), what, atol


def draw(generator, batch, steps, size, scale=1.0, other=1.0):
    """Random hidden state and outputs, the shortest of them of these lengths."""
    outputs = oracles.encoder_outputs(generator, batch, steps, size) * other
    return oracles.encoder_outputs(generator, 1, batch, size) * scale, outputs


def require_weights(asked):
    """Compare answers of compute_attention with PyTorch's cosine similarity and softmax."""
    for answer, *expected in asked:
        require_close(answer.value, *expected)


@attention
@pytest.mark.weight(3)
@pytest.mark.core
def test_attention_values(student, generator):
    """The weights are the softmax over the positions of PyTorch's cosine similarity, for any sizes.

    Cosine: scalar product over H, divided by both lengths. Softmax: over T. No scale.
    """
    require_weights([ask_weights(student, *draw(generator, *shape)) for shape in SHAPES])


@attention
def test_attention_of_long_vectors(student, generator):
    """The weights are right for very long, for short and for zero vectors.

    Divide by the lengths before the softmax, or large numbers decide everything. A vector of zeros has the cosine 0.
    """
    asked = [ask_weights(student, *draw(generator, *SHAPES[3], 300.0, 1.0))]
    asked.append(ask_weights(student, *draw(generator, *SHAPES[4], 1.0, 1000.0)))
    short = draw(generator, *SHAPES[3], 0.3, 0.3)
    asked.append(ask_weights(student, *short, atol=2e-3))  # here the lengths are 0.3 and more
    hidden, outputs = (oracles.encoder_outputs(generator, *shape) for shape in ((1, 2, 5), (2, 3, 5)))
    hidden[0, 0] = outputs[1, 1] = 0
    asked.append(ask_weights(student, hidden, outputs, "the weights of a vector of zeros"))
    require_weights(asked)


@attention
@pytest.mark.weight(2)
def test_attention_gradients(student, generator):
    """The gradients of both arguments are the right ones, and compute_attention works on any device.

    The lengths depend on the vectors, too: do not detach them. A tensor of your own belongs on hidden's device.
    """
    for batch, steps, size in SHAPES[3:5]:
        model = DecoderSizes(7, size, size, 13).build(student, "RNN", True).eval()
        hidden, outputs = draw(generator, batch, steps, size)
        cotangent = torch.randn(batch, 1, steps, generator=generator)
        got = model.gradients(hidden, outputs, cotangents=[cotangent], method="compute_attention").inputs
        expected = oracles.cosine_gradients(hidden, outputs, cotangent)
        got = list(got) if isinstance(got, (list, tuple)) and len(got) == 2 else [None, None]
        for value, wanted, name in zip(got, expected, ("hidden", "encoder_outputs"), strict=True):
            require_close(value, wanted, f"the gradient of {name}", atol=20 * ROOM)
    args = torch.ones(1, 2, 3), torch.ones(2, 5, 3)
    sizes = DecoderSizes(7, 3, 3, 13)
    require_follows(student, lambda there: sizes.build(there, "RNN", True).call(*args, method="compute_attention"))


@attention
def test_attention_of_lstm_decoder(student, generator):
    """A decoder with an LSTM gives the same weights to the same hidden state, in training mode, too.

    compute_attention always gets one tensor, never the pair: forward takes the pair apart. Nothing is dropped here.
    """
    model = DecoderSizes(7, 5, 5, 13).build(student, "LSTM", True).train()
    outputs = oracles.encoder_outputs(generator, 3, 4, 5)
    hidden, cell = state_of(generator, "LSTM", 3, 5)
    expected = oracles.cosine_weights(hidden, outputs)
    try:
        got = model.call(hidden, outputs, method="compute_attention")
    except StudentError as error:
        if error.left_open:
            raise
        got = None
    if not is_close(got, expected, ROOM):  # some take the pair apart in here
        got = model.call((hidden, cell), outputs, method="compute_attention")
    require_close(got, expected, "the weights", ROOM)
