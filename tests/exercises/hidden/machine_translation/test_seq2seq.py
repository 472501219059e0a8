"""Hidden tests of exercise 2: the greedy loop over random stand-ins, recomputed here."""

import pytest
import seq2seq_oracles as oracles
import torch
from other_device import require_follows

from autograder.judging.compare import require_close

CPU = torch.device("cpu")
loop = pytest.mark.step("seq2seq")
looking = pytest.mark.step("seq2seq_attention")
KINDS = ("RNN", "LSTM")
both_kinds = pytest.mark.parametrize("kind", KINDS)
# N, T and sizes (S, E, H_e, H_d), the smallest first.
CASES = (
    (1, 1, (5, 2, 3, 7)),
    (1, 3, (7, 3, 5, 2)),
    (2, 5, (11, 5, 3, 13)),
    (5, 3, (7, 2, 11, 5)),
    (3, 11, (13, 5, 7, 3)),
)


def build(student, first, second, kind, attention=False):
    """The student's loop over the two stand-ins."""
    encoder = student.stand_in("RecurrentEncoder", first, kind)
    decoder = student.stand_in("RecurrentDecoder", second, kind, attention)
    return student.build("Seq2Seq", encoder, decoder, CPU)


def require_translations(student, generator, cases, kind, attention):
    """Compare the translations of random sentences by random stand-ins."""
    asked = []
    for batch, steps, sizes in cases:
        first, second, source, expected = oracles.translation(generator, batch, steps, sizes, kind, attention)
        asked.append((build(student, first, second, kind, attention).eval().ask(source), expected))
    for answer, expected in asked:
        require_close(answer.value, expected, "the result")


def compare_gradients(student, generator, kind, attention):
    """Compare the gradients of both stand-ins, in training mode."""
    first, second, source, _ = oracles.translation(generator, *CASES[2], kind, attention, True)
    cotangent = torch.randn(*source.shape, len(second["table"]), generator=generator)
    model = build(student, first, second, kind, attention).train()
    got = model.gradients(source, cotangents=[cotangent]).parameters
    expected = oracles.greedy_gradients(first, second, source, cotangent, kind, attention)
    for part, gradients in zip(("encoder", "decoder"), expected, strict=True):
        for name, wanted in gradients.items():
            if wanted is not None:
                found = oracles.ending(got, name)
                require_close(found, wanted, f"the gradient of the {part}", atol=oracles.room(wanted))


@loop
@pytest.mark.weight(3)
@both_kinds
@pytest.mark.core
def test_translations(student, generator, kind):
    """Greedy translations are right for any numbers of sentences, words and sizes.

    Encode; start with source[:, 0]; in each of T steps keep the log-probabilities, the new state and the argmax.
    """
    require_translations(student, generator, CASES, kind, False)


@loop
@pytest.mark.weight(2)
def test_translation_gradients(student, generator):
    """The gradients of encoder and decoder are the right ones, with all steps in the loss.

    The state must stay in the graph from step to step; only the choice of the word has no gradient.
    """
    for kind in KINDS:
        compare_gradients(student, generator, kind, False)


@loop
def test_calls_are_separate(student, generator):
    """A translation is the same after other calls, in training mode, and alone as in a batch.

    Keep nothing in self from one call to the next, and leave it to others to switch between train() and eval().
    """
    first, second, source, expected = oracles.translation(generator, *CASES[3], "RNN", False, True)
    model = build(student, first, second, "RNN").train()
    model.ask(source.flip(1))
    later, alone = model.ask(source), model.ask(source[2:3])
    require_close(later.value, expected, "the result of a later call")
    require_close(alone.value, expected[2:3], "the result of one sentence alone")


@loop
def test_device(student, generator):
    """The loop works on the device of the source, whichever that is.

    Tensors that you make yourself belong there: torch.zeros(…, device=source.device), or torch.stack.
    """
    first, second, source, _ = oracles.translation(generator, *CASES[1], "RNN", False)
    require_follows(student, lambda there: build(there, first, second, "RNN").call(source))


@looking
@pytest.mark.weight(3)
@both_kinds
@pytest.mark.core
def test_translations_with_attention(student, generator, kind):
    """Greedy translations with attention are right for any numbers of sentences, words and sizes.

    Give the decoder all of the encoder's outputs in every step.
    """
    require_translations(student, generator, CASES[1:], kind, True)


@looking
def test_attention_gradients(student, generator):
    """With attention, a gradient reaches the encoder through its outputs, too.

    Hand the outputs on as they are: no detach() and no copy of the numbers.
    """
    for kind in KINDS:
        compare_gradients(student, generator, kind, True)
