"""Hidden tests of exercise 2: the decoder with attention against PyTorch's layers."""

from functools import partial

import pytest
import seq2seq_oracles as oracles
import torch
from decoder_checks import cotangents_of, draw, matches, require_reply, require_state_gradient, state_of
from seq2seq_roles import DecoderSizes, copy_embedding, corner, decoder_reply, load, require_dropped, zeros

from autograder.isolation.faults import StudentError
from autograder.judging import roles
from autograder.judging.compare import Mismatch, require_close, require_tensor
from autograder.judging.drawn import drawn_once

looking = pytest.mark.step("decoder_attention")
KINDS = ("RNN", "LSTM")
both_kinds = pytest.mark.parametrize("kind", KINDS)
# N, T and sizes; with attention both hidden sizes are equal.
LOOKING = (
    (1, 1, DecoderSizes(emb=2, encoder=3, hidden=3, words=5)),
    (1, 4, DecoderSizes(emb=5, encoder=2, hidden=2, words=7)),
    (2, 7, DecoderSizes(emb=3, encoder=11, hidden=11, words=13)),
    (5, 3, DecoderSizes(emb=7, encoder=2, hidden=2, words=11)),
)


def require_step(got, asked, in_place, kind):
    """Compare one step with attention.

    The student's compute_attention is replaced. Who computes cosines in place is right, too, with any small epsilon.
    """
    if not matches(got, in_place, kind, atol=1e-3):
        require_reply(got, asked, kind)


@drawn_once
def steps_of(kind, weights, ids, state, outputs, matrix):
    """A step with the attention that is asked for, and one with cosines."""
    hidden = state[0] if kind == "LSTM" else state
    asked = (hidden.transpose(0, 1) @ matrix @ outputs.transpose(1, 2)).softmax(2)
    joined = [oracles.combine(ids, way, outputs, weights) for way in (asked, oracles.cosine_weights(hidden, outputs))]
    return [oracles.decode(kind, ids, state, weights, vector) for vector in joined]


@looking
@pytest.mark.weight(3)
@both_kinds
@pytest.mark.core
def test_decoder_looks(student, generator, kind):
    """Steps with attention are right for any sizes, with attention weights that come from compute_attention.

    Give compute_attention the hidden state (not the cell); context = weights · outputs; Linear(context, embedding).
    Nothing is kept in self: another sentence has other outputs.
    """
    asked = []
    drawn = draw(student, generator, kind, [sizes for _, _, sizes in LOOKING], True)
    for (decoder, weights), (batch, steps, sizes) in zip(drawn, LOOKING, strict=True):
        matrix = torch.randn(sizes.hidden, sizes.hidden, generator=generator)
        decoder.replace("compute_attention", student.stand_in("BilinearWeights", matrix)).eval()
        for _ in range(2):
            state = state_of(generator, kind, batch, sizes.hidden)
            outputs = oracles.encoder_outputs(generator, batch, steps, sizes.encoder)
            ids = torch.randint(sizes.words, (batch, 1), generator=generator)
            expected = steps_of(kind, weights, ids, state, outputs, matrix)
            asked.append((decoder.ask(ids, state, outputs), *expected))
    for answer, *expected in asked:
        require_step(answer.value, *expected, kind)


@looking
@pytest.mark.weight(2)
def test_looking_gradients(student, generator):
    """The gradients of the joining layer, of the encoder's outputs and of the state that asks are the right ones.

    All operations must stay in the graph, in training mode, too; the outputs count in the weights and in the context.
    """
    for kind in KINDS:
        decoders, asked = [sizes.build(student, kind, True, dropout=0.0) for _, _, sizes in LOOKING[2:]], []
        for decoder, (batch, steps, sizes) in zip(decoders, LOOKING[2:], strict=True):
            needed = sizes.roles(kind, True)
            weights = roles.random_weights(needed, generator, 0.9)
            weights["recurrent"]["weight_hh_l0"].zero_()  # so the hidden state counts only where it asks
            load(decoder, needed, weights)
            matrix = torch.randn(sizes.hidden, sizes.hidden, generator=generator)
            decoder.replace("compute_attention", student.stand_in("BilinearWeights", matrix)).train()
            state = state_of(generator, kind, batch, sizes.hidden)
            outputs = oracles.encoder_outputs(generator, batch, steps, sizes.encoder)
            ids = oracles.words(generator, sizes.words, batch, 1)
            cotangents = cotangents_of(generator, kind, batch, sizes)
            answer = decoder.ask_gradients(ids, state, outputs, cotangents=cotangents)
            ways = [
                partial(oracles.looking_gradients, kind, ids, state, outputs, weights, cotangents, way)
                for way in (matrix, None)
            ]
            asked.append((decoder, needed, answer, ways))
        for decoder, needed, answer, ways in asked:
            got, problems = answer.value, []
            for way in ways:
                expected, start, looked = way()
                try:
                    oracles.require_role_gradients(decoder, needed, got, expected, ("combine",))
                    found = got.inputs[2] if len(got.inputs) > 2 else None
                    require_close(found, looked, "the gradient of encoder_outputs", atol=oracles.room(looked))
                    require_state_gradient(got, start, ("hidden state",))
                    break
                except Mismatch as error:
                    problems.append(error)
            else:
                raise problems[0]


@looking
@pytest.mark.core
def test_forward_and_attention_fit(student, generator):
    """forward works with the weights that your compute_attention gives to the hidden state, (1, N, H).

    What forward hands to compute_attention must be what compute_attention takes.
    """
    for kind in KINDS:
        batch, steps, sizes = LOOKING[2]
        ((decoder, weights),) = draw(student, generator, kind, [sizes], True)
        state = state_of(generator, kind, batch, sizes.hidden)
        hidden = state[0] if kind == "LSTM" else state
        outputs = oracles.encoder_outputs(generator, batch, steps, sizes.encoder)
        ids = torch.randint(sizes.words, (batch, 1), generator=generator)
        ways = [oracles.cosine_weights(hidden, outputs)]
        try:
            own, changed = decoder.eval().ask(hidden, outputs, method="compute_attention"), decoder.ask_changed()
            ways.insert(0, require_tensor(own.value, ways[0].shape, "the weights"))
            if changed.value:
                return  # not forward's fault
        except (Mismatch, StudentError):
            if kind == "RNN":
                return  # not forward's fault; with an LSTM, some take the pair apart in there
        got = decoder.call(ids, state, outputs)
        joined = [oracles.combine(ids, way, outputs, weights) for way in ways]
        expected = [oracles.decode(kind, ids, state, weights, vector) for vector in joined]
        if not any(matches(got, reply, kind) for reply in expected):
            require_reply(got, expected[0], kind)


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

    models = [sizes.build(student, "RNN", True) for _ in range(2)]
    for model in models:
        load(model, needed, weights)
        model.replace("compute_attention", student.stand_in("FixedWeights", torch.full((401, 1, 3), 1 / 3)))
    answers = [model.seed(7).ask(ids, state, outputs) for model in (models[0].eval(), models[1].train())]

    def hidden_of(answer):
        hidden = decoder_reply(answer.value, "RNN")[1]
        return require_tensor(hidden, (1, 401, sizes.hidden), "the new hidden state")

    expected = torch.zeros(1, 401, sizes.hidden)
    expected[..., : sizes.emb] = torch.tensor(0.75).tanh()
    require_close(hidden_of(answers[0]), expected, "the new hidden state")
    read = hidden_of(answers[1])[..., : sizes.emb].to(torch.float64).atanh().to(torch.float32) - 0.25
    require_dropped(read, 1.0, 0.5, "the embedding")
