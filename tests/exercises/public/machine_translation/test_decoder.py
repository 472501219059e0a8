"""Exercise 2: cosine attention, and the decoder without and with it."""

import math

import pytest
import torch
from seq2seq_roles import (
    CLOSED,
    OPEN,
    DecoderSizes,
    copy_embedding,
    corner,
    decoder_reply,
    load,
    require_dropped,
    require_learning,
    set_gates,
    zeros,
)

from autograder.judging import roles
from autograder.judging.compare import Mismatch, is_close, require, require_close, require_tensor

PLAIN = DecoderSizes(emb=3, encoder=11, hidden=5, words=7)
LOOKING = DecoderSizes(emb=3, encoder=5, hidden=5, words=7)
attention = pytest.mark.step("attention")
plain = pytest.mark.step("decoder")
looking = pytest.mark.step("decoder_attention")
KINDS = ("RNN", "LSTM")
both_kinds = pytest.mark.parametrize("kind", KINDS)


# attention --------------------------------------------------------------------------------------------


def weights_of(student, *cases):
    """Call compute_attention for pairs (hidden, outputs), and check the shape of what it returns for each."""
    model = LOOKING.build(student, "RNN", True).eval()
    asked = [(model.ask(*case, method="compute_attention"), model.ask_changed()) for case in cases]
    for (answer, changed), (_, outputs) in zip(asked, cases, strict=True):
        require_tensor(answer.value, (outputs.shape[0], 1, outputs.shape[1]), "the weights")
        require(not changed.value, "compute_attention changes its arguments")
    return [answer.value for answer, _ in asked]


@attention
@pytest.mark.weight(0)
def test_attention_shape(student):
    """The weights have the shape (N, 1, T), also for one sentence or one word, and no argument is changed.

    hidden is (1, N, H) and encoder_outputs is (N, T, H): bring N to the front first. squeeze() without a
    dimension removes too much when N or T is 1.
    """
    sizes = ((2, 4), (1, 3), (3, 1), (1, 1))
    weights_of(student, *((torch.ones(1, batch, 5), torch.ones(batch, steps, 5)) for batch, steps in sizes))


@attention
def test_attention_by_hand(student):
    """Parallel, opposite and orthogonal vectors have the cosines 1, −1 and 0.

    The cosine is the scalar product divided by both lengths. Then a softmax over the T positions, nothing else.
    """
    hidden = torch.zeros(1, 2, 5)
    hidden[0, 0, :2] = torch.tensor([3.0, 4.0])
    hidden[0, 1, 4] = -2.0
    outputs = torch.zeros(2, 3, 5)
    outputs[0, 0, :2] = torch.tensor([6.0, 8.0])  # parallel
    outputs[0, 1, :2] = torch.tensor([-1.5, -2.0])  # opposite
    outputs[0, 2, :2] = torch.tensor([-4.0, 3.0])  # orthogonal
    outputs[1, 0, 3] = 1.0  # orthogonal
    outputs[1, 1, 4] = 5.0  # opposite
    outputs[1, 2, 3:] = torch.tensor([1.0, -1.0])  # at 45 degrees
    (got,) = weights_of(student, (hidden, outputs))
    cosines = torch.tensor([[[1.0, -1.0, 0.0]], [[0.0, -1.0, math.sqrt(0.5)]]])
    require_close(got, cosines.softmax(2), "the weights")


@attention
def test_attention_ignores_length(student, generator):
    """Longer or shorter vectors of the same direction get the same weights; turned ones do not.

    Divide by the length of both vectors, the hidden state's and each encoder output's.
    """
    hidden = 3 * torch.randn(1, 3, 5, generator=generator)  # long, so that no epsilon counts
    outputs = 3 * torch.randn(3, 4, 5, generator=generator)
    longer = outputs * torch.tensor([1.0, 7.0, 0.5, 30.0])[None, :, None]
    cases = (hidden, outputs), (hidden, outputs.flip(2)), (9 * hidden, outputs), (hidden, longer)
    first, turned, of_longer_state, of_other_lengths = weights_of(student, *cases)
    require(not is_close(first, turned), "the weights ignore the directions")
    require_close(of_longer_state, first, "the weights for a longer hidden state")
    require_close(of_other_lengths, first, "the weights for encoder outputs of other lengths")


@attention
def test_attention_sums_to_one(student, generator):
    """For each sentence the weights are positive, sum to 1, and move with the positions of the source.

    The softmax runs over the T positions: the last dimension of (N, 1, T).
    """
    hidden = torch.randn(1, 3, 5, generator=generator)
    outputs = torch.randn(3, 4, 5, generator=generator)
    order = [2, 0, 3, 1]
    got, moved = weights_of(student, (hidden, outputs), (hidden, outputs[:, order]))
    require_close(got.sum(2), torch.ones(3, 1), "the sum of the weights of a sentence")
    require(bool((got > 0).all()), "a weight is not positive")
    require_close(moved, got[..., order], "the weights in another order")
    require((got.amax(2) - got.amin(2)).min().item() > 1e-3, "all positions have the same weight")


@attention
def test_attention_sentences_are_separate(student, generator):
    """Each sentence of a batch gets the same weights as alone.

    Sentence n's hidden state meets sentence n's encoder outputs only.
    """
    hidden = torch.randn(1, 4, 5, generator=generator)
    outputs = torch.randn(4, 3, 5, generator=generator)
    rows = [(hidden[:, row : row + 1], outputs[row : row + 1]) for row in range(4)]
    together, *alone = weights_of(student, (hidden, outputs), *rows)
    for row, one in enumerate(alone):
        require_close(one, together[row : row + 1], "the weights of one sentence alone")
    require(not is_close(together[:1], together[1:2]), "all sentences get the same weights")


@attention
def test_attention_gradients(student, generator):
    """A gradient reaches the hidden state and all encoder outputs.

    Look for detach(), torch.no_grad() or a round trip through numpy.
    """
    hidden = torch.randn(1, 2, 5, generator=generator)
    outputs = torch.randn(2, 3, 5, generator=generator)
    model = LOOKING.build(student, "RNN", True).eval()
    cotangent = torch.tensor([[[1.0, -2.0, 3.0]], [[2.0, 0.0, -1.0]]])
    found = model.gradients(hidden, outputs, cotangents=[cotangent], method="compute_attention").inputs
    require(len(found) == 2, "no gradient comes out of compute_attention")
    for gradient, argument, name in zip(found, (hidden, outputs), ("hidden", "encoder_outputs"), strict=True):
        reached = isinstance(gradient, torch.Tensor) and gradient.shape == argument.shape
        require(reached and bool((gradient != 0).any(2).all()), f"no gradient reaches {name}")


# decoder ----------------------------------------------------------------------------------------------


def state_of(kind, hidden, cell=None):
    """A decoder's state: one tensor or the pair."""
    return (hidden, torch.zeros_like(hidden) if cell is None else cell) if kind == "LSTM" else hidden


def ids(*words):
    """Token ids (N, 1)."""
    return torch.tensor(words)[:, None]


def log_probs_of(got, kind, batch, sizes=PLAIN):
    """The checked log-probabilities of what Decoder.forward returned."""
    return require_tensor(decoder_reply(got, kind)[0], (batch, sizes.words), "the log-probabilities")


@plain
@pytest.mark.weight(0)
def test_decoder_shapes(student):
    """The decoder returns log-probabilities (N, V) and a state of the same form and shape as before.

    The recurrent layer gives (N, 1, H): take the 1 away by its number, squeeze(1), or N = 1 disappears, too.
    """
    asked = []
    for kind in KINDS:
        decoder = PLAIN.build(student, kind).eval()
        for batch in (2, 1):
            answer = decoder.ask(ids(*[3] * batch), state_of(kind, torch.ones(1, batch, 5)))
            asked.append((kind, batch, answer, decoder.ask_changed()))
    for kind, batch, answer, changed in asked:
        _, *states = decoder_reply(answer.value, kind)
        log_probs_of(answer.value, kind, batch)
        for state in states[: 1 + (kind == "LSTM")]:
            require_tensor(state, (1, batch, 5), "the returned state")
        require(not changed.value, "forward changes its arguments")


@plain
def test_decoder_log_probabilities(student):
    """With an output layer that only has a bias, the result is the logarithm of that bias's softmax.

    The last operation is a log-softmax over the V words. Not a softmax, and no activation before it.
    """
    probabilities = torch.tensor([0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.015625])
    asked = []
    for kind, decoder in [(kind, PLAIN.build(student, kind)) for kind in KINDS]:
        needed = PLAIN.roles(kind)
        weights = zeros(needed)
        weights["output"]["bias"] = probabilities.log() + 1.5  # a constant more does not matter
        load(decoder, needed, weights).eval()
        for batch in (3, 1):
            asked.append((kind, batch, decoder.ask(ids(*range(batch)), state_of(kind, torch.zeros(1, batch, 5)))))
    for kind, batch, answer in asked:
        got = log_probs_of(answer.value, kind, batch)
        require_close(got, probabilities.log().repeat(batch, 1), "the log-probabilities")


@plain
@both_kinds
def test_decoder_reads_word(student, kind):
    """With a recurrent layer that only passes on its input, the new state is made of the word's embedding.

    embedding → dropout (off in evaluation mode) → recurrent layer; no activation in between.
    """
    needed = PLAIN.roles(kind)
    weights = zeros(needed)
    k = torch.arange(7) / 5 - 0.5
    weights["embedding"]["weight"] = torch.stack((k, -k, 1 + k), 1)
    copy_embedding(weights, kind, 3, 5)
    decoder = load(PLAIN.build(student, kind), needed, weights).eval()
    words = (6, 0, 3)
    got = decoder.call(ids(*words), state_of(kind, torch.full((1, 3, 5), 0.3)))
    _, hidden, cell = decoder_reply(got, kind)
    expected = torch.zeros(1, 3, 5)
    expected[0, :, :3] = weights["embedding"]["weight"][list(words)].tanh()
    if kind == "LSTM":
        require_close(cell, expected, "the new cell")
        expected = expected.tanh()
    require_close(hidden, expected, "the new hidden state")


@plain
@both_kinds
def test_decoder_keeps_state(student, kind):
    """With a recurrent layer that only reads the old state, the new one follows from it, row by row.

    Hand the state that came in to the recurrent layer, and return the one that comes out.
    """
    needed = PLAIN.roles(kind)
    weights = zeros(needed)
    old = torch.tensor([[[0.5, -1.0, 0.0, 2.0, 1.0], [-0.5, 0.1, 0.2, 0.3, 0.4]]])
    if kind == "LSTM":
        set_gates(weights["recurrent"], 5, i=CLOSED, f=OPEN, o=OPEN)
        state = (torch.zeros(1, 2, 5), old)  # the memory stays as it is
    else:
        weights["recurrent"]["weight_hh_l0"] = torch.eye(5)
        state = old
    weights["output"]["weight"][0, 1] = 4.0  # unit 1 speaks for word 0
    decoder = load(PLAIN.build(student, kind), needed, weights).eval()
    got = decoder.call(ids(1, 2), state)
    log_probs, hidden, cell = decoder_reply(got, kind)
    require_close(hidden, old.tanh(), "the new hidden state")
    if kind == "LSTM":
        require_close(cell, old, "the new cell")
    scores = torch.zeros(2, 7)
    scores[:, 0] = 4 * old[0, :, 1].tanh()
    require_close(log_probs, scores.log_softmax(1), "the log-probabilities")


@plain
def test_decoder_dropout(student):
    """In training mode, numbers of the embedding are dropped with the given probability, and nothing else.

    Put a dropout layer with the constructor's probability between embedding and recurrent layer.
    """
    batch, asked = 300, []
    cases = [(kind, rate, PLAIN.build(student, kind, dropout=rate)) for kind in KINDS for rate in (0.5, 0.1)]
    for kind, rate, decoder in cases:
        needed = PLAIN.roles(kind)
        weights = zeros(needed)
        weights["embedding"]["weight"][:] = 1.0
        copy_embedding(weights, kind, 3, 5)
        weights["recurrent"]["bias_hh_l0"][5 * 2 * (kind == "LSTM") + 4] = 0.5  # unit 4 has a value that must stay
        weights["output"]["weight"][0, 4] = 5.0  # and speaks for word 0
        load(decoder, needed, weights).train().seed(1)
        asked.append((kind, rate, decoder.ask(ids(*[2] * batch), state_of(kind, torch.zeros(1, batch, 5)))))
    for kind, rate, answer in asked:
        hidden = require_tensor(decoder_reply(answer.value, kind)[1], (1, batch, 5), "the new hidden state")
        value, fixed = math.tanh(1 / (1 - rate)), math.tanh(0.5)
        if kind == "LSTM":
            value, fixed = math.tanh(value), math.tanh(fixed)
        require_dropped(hidden[..., :3], value, rate, "the embedding")
        require_close(hidden[0, :, 4], torch.full((batch,), fixed), "the state that does not see the embedding")
        expected = torch.tensor([5 * fixed, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]).log_softmax(0).repeat(batch, 1)
        require_close(log_probs_of(answer.value, kind, batch), expected, "the log-probabilities")


@plain
def test_decoder_gradients(student, generator):
    """A gradient reaches the embedding, the recurrent layer, the output layer and the old state.

    Look for detach(), torch.no_grad() or a new tensor made of numbers.
    """
    asked = []
    for kind, decoder in [(kind, PLAIN.build(student, kind)) for kind in KINDS]:
        needed = PLAIN.roles(kind)
        load(decoder, needed, roles.random_weights(needed, generator)).eval()
        hidden, cell = torch.randn(2, 1, 2, 5, generator=generator)
        cotangents = [torch.randn(2, 7, generator=generator)]
        answer = decoder.ask_gradients(ids(3, 5), state_of(kind, hidden, cell), cotangents=cotangents)
        asked.append((kind, decoder, needed, answer))
    for kind, decoder, needed, answer in asked:
        require_learning(decoder, needed, answer.value)
        if kind == "RNN":
            found = answer.value.inputs[1] if len(answer.value.inputs) == 2 else None
            require(isinstance(found, torch.Tensor) and bool((found != 0).any()), "no gradient reaches the old state")


# decoder_attention ------------------------------------------------------------------------------------


def looking_decoder(student, kind, weights, positions):
    """A decoder with attention that is told where to look: `positions` are attention weights (N, 1, T)."""
    return told_where(student, LOOKING.build(student, kind, True), kind, weights, positions)


def told_where(student, decoder, kind, weights, positions):
    """Make one of a decoder that is built already."""
    load(decoder, LOOKING.roles(kind, True), weights)
    return decoder.replace("compute_attention", student.stand_in("FixedWeights", positions))


def joined(kind, context, embedding):
    """Weights of a decoder that passes on a Linear of (context ; embedding): two matrices with E rows."""
    weights = zeros(LOOKING.roles(kind, True))
    weights["combine"]["weight"] = torch.cat((context, embedding), 1)
    weights["output"]["weight"] = corner(7, 5)
    copy_embedding(weights, kind, 3, 5)
    return weights


def require_read(got, kind, read):
    """Fail unless the recurrent layer of a decoder that passes on its input has read the rows (N, E)."""
    _, hidden, cell = decoder_reply(got, kind)
    expected = torch.zeros(1, len(read), 5)
    expected[0, :, :3] = read.tanh()
    if kind == "LSTM":
        require_close(cell, expected, "the new cell")
        expected = expected.tanh()
    require_close(hidden, expected, "the new hidden state")


# Where a forward computes the cosines itself instead of asking compute_attention, it gets these weights, too.
OUTPUTS = torch.tensor([[1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.5, 0.0, 0.0]])
EVEN = torch.full((2, 1, 3), 1 / 3)
FAR = torch.tensor([[[0.0, 0.0, 0.0, 0.0, 2.0], [0.0, 0.0, 0.0, 3.0, 0.0]]])  # orthogonal to all outputs


@looking
@both_kinds
def test_context_is_mean(student, kind):
    """The context is the mean of the encoder's outputs, weighted by compute_attention.

    (N, 1, T) · (N, T, H) is (N, 1, H): one batched matrix product.
    """
    outputs = torch.stack((OUTPUTS, OUTPUTS.flip(0) * 2))
    weights = joined(kind, torch.eye(3, 5), torch.zeros(3, 3))
    decoder = looking_decoder(student, kind, weights, EVEN).eval()
    state = state_of(kind, FAR)
    got = decoder.call(ids(1, 2), state, outputs)
    require_read(got, kind, torch.tensor([[1 / 3, 1 / 3, 1 / 6], [2 / 3, 2 / 3, 1 / 3]]))


@looking
@both_kinds
def test_context_comes_first(student, kind):
    """The Linear layer reads the context first and the embedding second, and has no activation.

    torch.cat((context, embedded), 2) is (N, 1, H + E). Its result goes straight into the recurrent layer.
    """
    weights = joined(kind, 3 * torch.eye(3, 5).flip(0), -torch.eye(3))
    weights["combine"]["bias"][1] = -0.5
    weights["embedding"]["weight"][:] = torch.arange(7)[:, None] / 10
    decoder = looking_decoder(student, kind, weights, EVEN).eval()
    state = state_of(kind, FAR)
    got = decoder.call(ids(6, 0), state, torch.stack((OUTPUTS, -OUTPUTS)))
    require_read(got, kind, torch.tensor([[-0.1, -0.1, 0.4], [-0.5, -1.5, -1.0]]))


@looking
@both_kinds
def test_asks_compute_attention(student, kind):
    """forward asks compute_attention where to look, with the hidden state, never the cell.

    Call self.compute_attention(…) with a tensor (1, N, H): of an LSTM's pair, the first one.
    """
    weights = joined(kind, torch.eye(3, 5), torch.zeros(3, 3))
    outputs = OUTPUTS.repeat(3, 1, 1)
    hidden = 4 * torch.eye(3, 5)[None]  # sentence n's state is parallel to its n-th output only
    state = state_of(kind, hidden, hidden.flip(1))
    decoder = load(LOOKING.build(student, kind, True), LOOKING.roles(kind, True), weights).eval()
    decoder.replace("compute_attention", student.stand_in("BilinearWeights", 50 * torch.eye(5)))
    got = decoder.call(ids(0, 1, 2), state, outputs)
    best = torch.eye(3)[:, None]  # what the stand-in answers; a forward with its own cosines finds weaker ones
    try:
        require_read(got, kind, (best.softmax(2) @ outputs)[:, 0, :3])
    except Mismatch:
        require_read(got, kind, (best @ outputs)[:, 0, :3])


@looking
def test_context_is_not_dropped(student):
    """In training mode, dropout takes numbers from the embedding and none from the context.

    Apply dropout before you join the two, as in the decoder without attention.
    """
    asked = []
    for kind, decoder in [(kind, LOOKING.build(student, kind, True)) for kind in KINDS]:
        weights = joined(kind, torch.eye(3, 5), torch.zeros(3, 3))
        outputs = torch.stack((OUTPUTS, OUTPUTS.flip(0) * 2))
        told_where(student, decoder, kind, weights, EVEN).train().seed(1)
        asked.append((kind, decoder.ask(ids(1, 2), state_of(kind, FAR), outputs)))
    for kind, answer in asked:
        require_read(answer.value, kind, torch.tensor([[1 / 3, 1 / 3, 1 / 6], [2 / 3, 2 / 3, 1 / 3]]))


@looking
@pytest.mark.weight(0)
def test_encoder_outputs_stay(student):
    """A step with attention leaves the encoder's outputs as they are: the next step needs them.

    Look for operations that end in an underscore, or += on an argument.
    """
    asked = []
    for kind, decoder in [(kind, LOOKING.build(student, kind, True)) for kind in KINDS]:
        told_where(student, decoder, kind, zeros(LOOKING.roles(kind, True)), EVEN).eval()
        decoder.ask(ids(1, 2), state_of(kind, FAR), torch.stack((OUTPUTS, -OUTPUTS)))
        asked.append(decoder.ask_changed())
    require(not any(changed.value for changed in asked), "forward changes its arguments")


@looking
def test_context_gradients(student, generator):
    """A gradient reaches the encoder's outputs and the Linear layer that joins context and embedding.

    The encoder learns through this way, too: no detach() on it.
    """
    asked = []
    for kind, decoder in [(kind, LOOKING.build(student, kind, True)) for kind in KINDS]:
        needed = LOOKING.roles(kind, True)
        told_where(student, decoder, kind, roles.random_weights(needed, generator), EVEN).eval()
        outputs = torch.randn(2, 3, 5, generator=generator)
        hidden, cell = torch.randn(2, 1, 2, 5, generator=generator)
        cotangents = [torch.randn(2, 7, generator=generator), *torch.randn(2, 1, 2, 5, generator=generator)]
        answer = decoder.ask_gradients(ids(3, 5), state_of(kind, hidden, cell), outputs, cotangents=cotangents)
        asked.append((decoder, [role for role in needed if role.name in ("embedding", "combine")], answer))
    for decoder, needed, answer in asked:
        require_learning(decoder, needed, answer.value)
        found = answer.value.inputs[2] if len(answer.value.inputs) == 3 else None
        reached = isinstance(found, torch.Tensor) and found.shape == (2, 3, 5) and bool((found != 0).any(2).all())
        require(reached, "no gradient reaches the encoder's outputs")
