"""Hidden tests of exercise 2: attention and decoder against PyTorch's functions."""

import pytest
import seq2seq_oracles as oracles
import torch
from seq2seq_roles import (
    DecoderSizes,
    copy_embedding,
    corner,
    decoder_reply,
    load,
    require_dropped,
    zeros,
)

from autograder.isolation.faults import StudentError
from autograder.judging import roles
from autograder.judging.compare import Mismatch, is_close, require_close, require_tensor

attention = pytest.mark.step("attention")
plain = pytest.mark.step("decoder")
looking = pytest.mark.step("decoder_attention")
KINDS = ("RNN", "LSTM")
both_kinds = pytest.mark.parametrize("kind", KINDS)
# N, T and H, the smallest first.
SHAPES = ((1, 1, 2), (1, 3, 5), (2, 1, 3), (3, 7, 2), (5, 2, 11), (3, 3, 3))
# N and sizes, the smallest first; all sizes of a case are different.
PLAIN = (
    (1, DecoderSizes(emb=2, encoder=13, hidden=3, words=5)),
    (3, DecoderSizes(emb=7, encoder=5, hidden=2, words=11)),
    (5, DecoderSizes(emb=3, encoder=2, hidden=13, words=7)),
)
# N, T and sizes; with attention both hidden sizes are equal.
LOOKING = (
    (1, 1, DecoderSizes(emb=2, encoder=3, hidden=3, words=5)),
    (1, 4, DecoderSizes(emb=5, encoder=2, hidden=2, words=7)),
    (2, 7, DecoderSizes(emb=3, encoder=11, hidden=11, words=13)),
    (5, 3, DecoderSizes(emb=7, encoder=2, hidden=2, words=11)),
)


def state_of(generator, kind, batch, size):
    """A random state of a decoder: one tensor or the pair."""
    hidden, cell = oracles.encoder_outputs(generator, 2, batch, size).unsqueeze(1)
    return (hidden, cell) if kind == "LSTM" else hidden


# attention --------------------------------------------------------------------------------------------


def compare_weights(student, generator, scale=1.0, other=1.0, shapes=SHAPES, kind="RNN"):
    """Compare compute_attention with PyTorch's cosine similarity and softmax."""
    for batch, steps, size in shapes:
        model = DecoderSizes(7, size, size, 13).build(student, kind, True).eval()
        outputs = oracles.encoder_outputs(generator, batch, steps, size) * other
        hidden = oracles.encoder_outputs(generator, 1, batch, size) * scale
        expected = oracles.cosine_weights(hidden, outputs)
        got = model.call(hidden, outputs, method="compute_attention")
        require_close(got, expected, "the weights")


@attention
@pytest.mark.weight(3)
@pytest.mark.core
def test_attention_values(student, generator):
    """The weights are the softmax over the positions of PyTorch's cosine similarity, for any sizes.

    Cosine: scalar product over H, divided by both lengths. Softmax: over T. No scale.
    """
    compare_weights(student, generator)


@attention
def test_attention_of_long_vectors(student, generator):
    """The weights are right for very long and for short vectors.

    Divide by the lengths before the softmax, or large numbers decide everything.
    """
    compare_weights(student, generator, 300.0, 0.6, SHAPES[3:5])
    compare_weights(student, generator, 0.6, 1000.0, SHAPES[3:5])


@attention
@pytest.mark.weight(2)
def test_attention_gradients(student, generator):
    """The gradients of both arguments are the right ones.

    The lengths depend on the vectors, too: do not detach them.
    """
    for batch, steps, size in SHAPES[3:5]:
        model = DecoderSizes(7, size, size, 13).build(student, "RNN", True).eval()
        outputs = oracles.encoder_outputs(generator, batch, steps, size)
        hidden = oracles.encoder_outputs(generator, 1, batch, size)
        cotangent = torch.randn(batch, 1, steps, generator=generator)
        got = model.gradients(hidden, outputs, cotangents=[cotangent], method="compute_attention").inputs
        leaves = [hidden.clone().requires_grad_(), outputs.clone().requires_grad_()]
        (oracles.cosine_weights(*leaves) * cotangent).sum().backward()
        got = list(got) if isinstance(got, (list, tuple)) and len(got) == 2 else [None, None]
        for value, leaf, name in zip(got, leaves, ("hidden", "encoder_outputs"), strict=True):
            require_close(value, leaf.grad, f"the gradient of {name}")


@attention
def test_attention_of_lstm_decoder(student, generator):
    """A decoder with an LSTM gives the same weights to the same hidden state.

    compute_attention always gets one tensor, never the pair: forward takes the pair apart.
    """
    model = DecoderSizes(7, 5, 5, 13).build(student, "LSTM", True).eval()
    outputs = oracles.encoder_outputs(generator, 3, 4, 5)
    hidden, cell = state_of(generator, "LSTM", 3, 5)
    expected = oracles.cosine_weights(hidden, outputs)
    try:
        got = model.call(hidden, outputs, method="compute_attention")
    except StudentError as error:
        if error.left_open:
            raise
        got = None
    if not is_close(got, expected):  # some take the pair apart in here
        got = model.call((hidden, cell), outputs, method="compute_attention")
    require_close(got, expected, "the weights")


# decoder ----------------------------------------------------------------------------------------------


def draw(student, generator, kind, sizes, looks=False):
    """A student's decoder with random weights, and those weights."""
    needed = sizes.roles(kind, looks)
    weights = roles.random_weights(needed, generator, 0.9)
    return load(sizes.build(student, kind, looks), needed, weights), weights


def require_reply(got, expected, kind):
    """Compare log-probabilities and state with the oracle's."""
    log_probs, hidden, cell = decoder_reply(got, kind)
    wanted, state = expected
    require_close(log_probs, wanted, "the log-probabilities")
    require_close(hidden, state[0] if kind == "LSTM" else state, "the new hidden state")
    if kind == "LSTM":
        require_close(cell, state[1], "the new cell")


@plain
@pytest.mark.weight(2)
@both_kinds
@pytest.mark.core
def test_decoder_steps(student, generator, kind):
    """Log-probabilities and states are right over several steps, for any sizes.

    embedding → dropout (off in evaluation mode) → recurrent layer, from the given state → Linear → log-softmax.
    """
    for batch, sizes in PLAIN:
        decoder, weights = draw(student, generator, kind, sizes)
        decoder.eval()
        state = state_of(generator, kind, batch, sizes.hidden)
        for _ in range(3):
            ids = torch.randint(sizes.words, (batch, 1), generator=generator)
            expected = oracles.decode(kind, ids, state, weights)
            require_reply(decoder.call(ids, state), expected, kind)
            state = expected[1]


@plain
def test_decoder_gradients(student, generator):
    """The gradients of all layers and of the state are the right ones.

    All operations must stay in the graph.
    """
    for kind in KINDS:
        for batch, sizes in PLAIN[1:]:
            decoder, weights = draw(student, generator, kind, sizes)
            decoder.eval()
            state = state_of(generator, kind, batch, sizes.hidden)
            ids = torch.randint(sizes.words, (batch, 1), generator=generator)
            shapes = [(batch, sizes.words)] + [(1, batch, sizes.hidden)] * (1 + (kind == "LSTM"))
            cotangents = [torch.randn(shape, generator=generator) for shape in shapes]
            got = decoder.gradients(ids, state, cotangents=cotangents)
            own = oracles.with_grad(weights)
            leaf = state if kind == "LSTM" else state.clone().requires_grad_()
            oracles.backward(oracles.decode(kind, ids, leaf, own), cotangents)
            names = ("embedding", "recurrent", "output")
            oracles.require_role_gradients(decoder, sizes.roles(kind), got, own, names)
            if kind == "RNN":
                require_close(got.inputs[1] if len(got.inputs) > 1 else None, leaf.grad, "the gradient of the state")


@plain
def test_decoder_dropout_rate(student, generator):
    """Dropout has the probability that the constructor got, also 0, and in training mode only.

    Hand the argument on to the dropout layer; the default is for those who give none.
    """
    for kind in KINDS:
        sizes = DecoderSizes(emb=7, encoder=3, hidden=11, words=5)
        rate = 0.25 + 0.5 * torch.rand(1, generator=generator).item()
        needed = sizes.roles(kind)
        weights = zeros(needed)
        weights["embedding"]["weight"][:] = 0.5
        copy_embedding(weights, kind, sizes.emb, sizes.hidden)
        ids = torch.randint(sizes.words, (401, 1), generator=generator)
        state = torch.zeros(1, 401, sizes.hidden)
        state = (state, state) if kind == "LSTM" else state
        for given, mode in ((rate, "train"), (0.0, "train"), (rate, "eval")):
            decoder = getattr(load(sizes.build(student, kind, dropout=given), needed, weights), mode)().seed(7)
            hidden = decoder_reply(decoder.call(ids, state), kind)[1]
            hidden = require_tensor(hidden, (1, 401, sizes.hidden), "the new hidden state")
            value = torch.tensor(0.5 / (1 - given) if mode == "train" else 0.5).tanh()
            value = value.tanh() if kind == "LSTM" else value
            if given and mode == "train":
                require_dropped(hidden[..., : sizes.emb], value.item(), rate, "the embedding")
            else:
                expected = value.expand(1, 401, sizes.emb)
                require_close(hidden[..., : sizes.emb], expected, "the new hidden state without dropout")


@plain
def test_decoder_without_attention_looks_nowhere(student, generator):
    """Without attention, encoder outputs that are given all the same change nothing.

    encoder_outputs may be None: use it only where self.attention is true.
    """
    for kind in KINDS:
        batch, sizes = PLAIN[1]
        decoder, weights = draw(student, generator, kind, sizes)
        state = state_of(generator, kind, batch, sizes.hidden)
        ids = torch.randint(sizes.words, (batch, 1), generator=generator)
        outputs = torch.randn(batch, 4, sizes.encoder, generator=generator)
        require_reply(decoder.eval().call(ids, state, outputs), oracles.decode(kind, ids, state, weights), kind)


# decoder_attention ------------------------------------------------------------------------------------


def compare_step(decoder, kind, weights, ids, state, outputs, matrix):
    """Compare one step with attention.

    The student's compute_attention is replaced. Who computes cosines in place is right, too.
    """
    got = decoder.call(ids, state, outputs)
    hidden = state[0] if kind == "LSTM" else state
    asked = (hidden.transpose(0, 1) @ matrix @ outputs.transpose(1, 2)).softmax(2)
    joined = [oracles.combine(ids, way, outputs, weights) for way in (asked, oracles.cosine_weights(hidden, outputs))]
    expected = [oracles.decode(kind, ids, state, weights, vector) for vector in joined]
    try:
        require_reply(got, expected[1], kind)
    except Mismatch:
        require_reply(got, expected[0], kind)
    return expected[0][1]


@looking
@pytest.mark.weight(3)
@both_kinds
@pytest.mark.core
def test_decoder_looks(student, generator, kind):
    """Steps with attention are right for any sizes, with attention weights that come from compute_attention.

    Give compute_attention the hidden state (not the cell); context = weights · outputs; Linear(context, embedding).
    """
    for batch, steps, sizes in LOOKING:
        decoder, weights = draw(student, generator, kind, sizes, True)
        matrix = torch.randn(sizes.hidden, sizes.hidden, generator=generator)
        decoder.replace("compute_attention", student.stand_in("BilinearWeights", matrix)).eval()
        state = state_of(generator, kind, batch, sizes.hidden)
        outputs = oracles.encoder_outputs(generator, batch, steps, sizes.encoder)
        for _ in range(2):
            ids = torch.randint(sizes.words, (batch, 1), generator=generator)
            state = compare_step(decoder, kind, weights, ids, state, outputs, matrix)


@looking
@pytest.mark.weight(2)
def test_looking_gradients(student, generator):
    """The gradients of the joining layer and of the encoder's outputs are the right ones.

    All operations must stay in the graph; the outputs count both in the weights and in the context.
    """
    for kind in KINDS:
        for batch, steps, sizes in LOOKING[2:]:
            decoder, weights = draw(student, generator, kind, sizes, True)
            matrix = torch.randn(sizes.hidden, sizes.hidden, generator=generator)
            decoder.replace("compute_attention", student.stand_in("BilinearWeights", matrix)).eval()
            state = state_of(generator, kind, batch, sizes.hidden)
            outputs = oracles.encoder_outputs(generator, batch, steps, sizes.encoder)
            ids = torch.randint(sizes.words, (batch, 1), generator=generator)
            shapes = [(batch, sizes.words)] + [(1, batch, sizes.hidden)] * (1 + (kind == "LSTM"))
            cotangents = [torch.randn(shape, generator=generator) for shape in shapes]
            got = decoder.gradients(ids, state, outputs, cotangents=cotangents)
            hidden = state[0] if kind == "LSTM" else state
            problems = []
            for asked in (True, False):
                own, leaf = oracles.with_grad(weights), outputs.clone().requires_grad_()
                scores = hidden.transpose(0, 1) @ matrix @ leaf.transpose(1, 2)
                way = scores.softmax(2) if asked else oracles.cosine_weights(hidden, leaf)
                joined = oracles.combine(ids, way, leaf, own)
                oracles.backward(oracles.decode(kind, ids, state, own, joined), cotangents)
                try:
                    oracles.require_role_gradients(decoder, sizes.roles(kind, True), got, own, ("combine",))
                    found = got.inputs[2] if len(got.inputs) > 2 else None
                    require_close(found, leaf.grad, "the gradient of encoder_outputs", atol=oracles.room(leaf.grad))
                    break
                except Mismatch as error:
                    problems.append(error)
            else:
                raise problems[0]


@looking
def test_embedding_is_dropped(student, generator):
    """In training mode, dropout works on the embedding before it is joined with the context.

    Join what came out of the dropout layer, not the embedding itself.
    """
    sizes = DecoderSizes(emb=7, encoder=11, hidden=11, words=5)
    needed = sizes.roles("RNN", True)
    weights = zeros(needed)
    weights["embedding"]["weight"][:] = 0.5
    copy_embedding(weights, "RNN", sizes.emb, sizes.hidden)
    weights["combine"]["weight"] = torch.cat((corner(7, 11), torch.eye(7)), 1)
    ids = torch.randint(sizes.words, (401, 1), generator=generator)
    state = torch.ones(1, 401, sizes.hidden)
    outputs = torch.full((401, 3, sizes.encoder), 0.25)
    weights["output"]["weight"][0, 0] = 1.0

    def run(mode):
        model = load(sizes.build(student, "RNN", True), needed, weights)
        model.replace("compute_attention", student.stand_in("FixedWeights", torch.full((401, 1, 3), 1 / 3)))
        hidden = decoder_reply(getattr(model, mode)().seed(7).call(ids, state, outputs), "RNN")[1]
        return require_tensor(hidden, (1, 401, sizes.hidden), "the new hidden state")

    expected = torch.zeros(1, 401, sizes.hidden)
    expected[..., : sizes.emb] = torch.tensor(0.75).tanh()
    require_close(run("eval"), expected, "the new hidden state")
    read = run("train")[..., : sizes.emb].to(torch.float64).atanh().to(torch.float32) - 0.25
    require_dropped(read, 1.0, 0.5, "the embedding")
