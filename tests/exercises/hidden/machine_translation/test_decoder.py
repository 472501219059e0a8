"""Hidden tests of exercise 2: the decoder without attention against PyTorch's layers."""

import pytest
import seq2seq_oracles as oracles
import torch
from decoder_checks import cotangents_of, draw, require_reply, require_state_gradient, state_of
from other_device import require_follows
from seq2seq_roles import (
    DecoderSizes,
    copy_embedding,
    decoder_reply,
    load,
    require_drawn_anew,
    require_dropped,
    zeros,
)

from autograder.judging import roles
from autograder.judging.compare import require_tensor
from autograder.judging.drawn import drawn_once

plain = pytest.mark.step("decoder")
KINDS = ("RNN", "LSTM")
both_kinds = pytest.mark.parametrize("kind", KINDS)
# N and sizes, the smallest first; all sizes of a case are different.
PLAIN = (
    (1, DecoderSizes(emb=2, encoder=13, hidden=3, words=5)),
    (3, DecoderSizes(emb=7, encoder=5, hidden=2, words=11)),
    (5, DecoderSizes(emb=3, encoder=2, hidden=13, words=7)),
)


@plain
@pytest.mark.weight(2)
@both_kinds
@pytest.mark.core
def test_decoder_steps(student, generator, kind):
    """Log-probabilities and states are right over several steps, for any sizes.

    embedding → dropout (off in evaluation mode) → recurrent layer, from the given state → Linear → log-softmax. Keep
    nothing in self from one call to the next: the state comes in and goes out.
    """
    decoders = [sizes.build(student, kind) for _, sizes in PLAIN]
    asked = []
    for decoder, (batch, sizes) in zip(decoders, PLAIN, strict=True):
        weights, steps = draw_steps(generator, kind, batch, sizes)
        load(decoder, sizes.roles(kind), weights).eval()
        asked += [(decoder.ask(ids, state), expected) for ids, state, expected in steps]
    for answer, expected in asked:
        require_reply(answer.value, expected, kind)


@drawn_once
def draw_steps(generator, kind, batch, sizes):
    """Random weights, and three steps: words, a state (new, the last one, new), and what comes of them."""
    weights = roles.random_weights(sizes.roles(kind), generator, 0.9)
    state, steps = None, []
    for begins in (True, False, True):
        state = state_of(generator, kind, batch, sizes.hidden) if begins else state
        ids = torch.randint(sizes.words, (batch, 1), generator=generator)
        expected = oracles.decode(kind, ids, state, weights)
        steps.append((ids, state, expected))
        state = expected[1]
    return weights, steps


@plain
def test_decoder_gradients(student, generator):
    """The gradients of all layers and of the state are the right ones, and the decoder works on any device.

    All operations must stay in the graph. A tensor of your own belongs on the device of the input.
    """
    for kind in KINDS:
        drawn, asked = draw(student, generator, kind, [sizes for _, sizes in PLAIN[1:]]), []
        for (decoder, weights), (batch, sizes) in zip(drawn, PLAIN[1:], strict=True):
            decoder.eval()
            state = state_of(generator, kind, batch, sizes.hidden)
            ids = oracles.words(generator, sizes.words, batch, 1)
            cotangents = cotangents_of(generator, kind, batch, sizes)
            answer = decoder.ask_gradients(ids, state, cotangents=cotangents)
            right = oracles.decoder_gradients(kind, ids, state, weights, cotangents)
            asked.append((decoder, sizes, answer, right))
        for decoder, sizes, answer, (expected, start) in asked:
            names = ("embedding", "recurrent", "output")
            oracles.require_role_gradients(decoder, sizes.roles(kind), answer.value, expected, names)
            require_state_gradient(answer.value, start)
    ids, state = torch.zeros(1, 1, dtype=torch.int64), torch.zeros(1, 1, 3)
    require_follows(student, lambda there: PLAIN[0][1].build(there, "RNN").call(ids, state))


@plain
def test_decoder_dropout_rate(student, generator):
    """Dropout has the probability that the constructor got, also 0, and takes numbers of the embedding alone.

    Hand the argument on to the dropout layer; the default is for those who give none.
    """
    for kind in KINDS:
        sizes = DecoderSizes(emb=7, encoder=3, hidden=11, words=5)
        rate = 0.25 + 0.5 * torch.rand(1, generator=generator).item()
        needed = sizes.roles(kind)
        weights = zeros(needed)
        weights["embedding"]["weight"][:] = 0.5
        copy_embedding(weights, kind, sizes.emb, sizes.hidden)
        state = torch.zeros(1, 401, sizes.hidden)
        dropping, keeping = (sizes.build(student, kind, dropout=p) for p in (rate, 0.0))
        load(dropping, needed, weights).train().seed(7)
        given = torch.ones(401, 1, dtype=torch.int64), (state, state) if kind == "LSTM" else state
        once, again = (dropping.ask(*given) for _ in range(2))
        kept = [ask_in_training(keeping, generator, kind, sizes)]
        kept.append(ask_in_training(dropping, generator, kind, sizes, embedded=0.0))
        hidden = require_tensor(decoder_reply(once.value, kind)[1], state.shape, "the new hidden state")
        value = torch.tensor(0.5 / (1 - rate)).tanh()
        value = value.tanh() if kind == "LSTM" else value
        require_dropped(hidden[..., : sizes.emb], value.item(), rate, "the embedding")
        require_drawn_anew(hidden, decoder_reply(again.value, kind)[1])
        for answer, expected in kept:
            require_reply(answer.value, expected, kind)


def ask_in_training(decoder, generator, kind, sizes, embedded=1.0):
    """Ask for a step in training mode, where dropout has nothing to drop; the answer, and the oracle's."""
    needed = sizes.roles(kind)
    weights = roles.random_weights(needed, generator, 0.9)
    weights["embedding"]["weight"] *= embedded
    load(decoder, needed, weights).train()
    ids, state = torch.randint(sizes.words, (3, 1), generator=generator), state_of(generator, kind, 3, sizes.hidden)
    return decoder.ask(ids, state), oracles.decode(kind, ids, state, weights)


@plain
def test_decoder_without_attention_looks_nowhere(student, generator):
    """Without attention, encoder outputs that are given all the same change nothing.

    encoder_outputs may be None: use it only where self.attention is true.
    """
    for kind in KINDS:
        batch, sizes = PLAIN[1]
        ((decoder, weights),) = draw(student, generator, kind, [sizes])
        state = state_of(generator, kind, batch, sizes.hidden)
        ids = torch.randint(sizes.words, (batch, 1), generator=generator)
        outputs = torch.randn(batch, 4, sizes.encoder, generator=generator)
        require_reply(decoder.eval().call(ids, state, outputs), oracles.decode(kind, ids, state, weights), kind)
