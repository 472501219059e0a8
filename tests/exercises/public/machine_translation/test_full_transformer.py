"""Exercise 4: the full Transformer, with properties that any weights have, and its greedy loop around a stand-in."""

from dataclasses import replace

import pytest
import torch
from full_transformer_parts import (
    FullSizes,
    dropout_rates,
    hand_values,
    inner_names,
    name_of,
    scramble,
)
from generation_checks import unless_own_loop
from transformer_parts import changes, ids

from autograder.judging.compare import require, require_close, require_tensor

SIZES = FullSizes(words=17, outputs=13, hidden=6, heads=3, feed=7, enc=1, dec=2, length=11)
# For weights by hand: one head, H = 4.
TINY = FullSizes(words=17, outputs=5, hidden=4, heads=1, feed=3, enc=1, dec=1, length=7)
# The word that follows each word; words 0 to 12.
FOLLOWING = torch.tensor([3, 5, 4, 9, 7, 6, 8, 3, 12, 11, 1, 0, 10])
translator = pytest.mark.step("full_forward")
generation = pytest.mark.step("full_generate")


def with_start(words):
    """Put the start token in front of each row."""
    return torch.cat([torch.full_like(words[:, :1], 2), words], 1)


def random_model(student, generator):
    """A translator with random weights."""
    model = SIZES.build(student)
    scramble(model, generator)
    return model


@translator
@pytest.mark.weight(0)
def test_full_shape(student):
    """forward returns (N, T_tgt, V) and leaves src and tgt as they are.

    Source and target may have different lengths, up to max_length. Shift a copy of the target, not the target itself.
    """
    model = SIZES.build(student)
    asked = []
    for batch, source, target in ((2, 5, 3), (1, 2, 4), (3, 4, SIZES.length)):
        src, tgt = with_start(torch.full((batch, source - 1), 4)), with_start(torch.full((batch, target - 1), 5))
        asked.append((batch, target, model.ask(src, tgt), model.ask_changed()))
    for batch, target, answer, changed in asked:
        require_tensor(answer.value, (batch, target, SIZES.outputs), "the result of forward")
        require(not changed.value, "forward changes src or tgt")


@translator
def test_full_by_hand(student):
    """Word and position vectors of the shifted target are added, pass the Transformer, and give raw scores.

    Here nn.Transformer does nothing: its weights are zero, and the sums already have mean 0 and variance 1. Position
    t of the result belongs to the target word t − 1, and the first one to the start token. No softmax at the end.
    """
    model = TINY.build(student)
    values = hand_values(model)
    words, positions = torch.zeros(5, 4), torch.zeros(7, 4)
    words[[2, 3]] = torch.tensor([[1.0, -1, 0, 0], [-1.0, 1, 0, 0]])
    positions[:4] = torch.tensor([[0.0, 0, 1, -1], [0, 0, -1, 1], [0, 0, 1, -1], [0, 0, -1, 1]])
    values[name_of(model, TINY, "target")] = words
    values[name_of(model, TINY, "target_position")] = positions
    values[name_of(model, TINY, "final")] = torch.eye(5)[:, :4] * torch.tensor([2.0, 0, 3, 0])
    model.load(values)
    # Shifted: 2 2 3 2. The first number of a vector, times 2, is the score of word 0; the third, times 3, of word 2.
    got = model.call(torch.tensor([[2, 4, 3]] * 2), torch.tensor([[2, 3, 2, 3]] * 2))
    expected = torch.zeros(2, 4, 5)
    expected[:, :, 0] = torch.tensor([2.0, 2.0, -2.0, 2.0])
    expected[:, :, 2] = torch.tensor([3.0, -3.0, 3.0, -3.0])
    require_close(got, expected, "the scores", atol=5e-4)


@translator
def test_full_start_tokens(student, generator):
    """A target with one start token is shifted, one with two is taken as it is.

    So 2 a b c gives the same scores as 2 2 a b. Call add_start_token first and use its result from there on.
    """
    model = random_model(student, generator)
    src, words = with_start(ids(generator, 17, 3, 4)), ids(generator, 13, 3, 3)
    one, two = with_start(words), with_start(with_start(words[:, :2]))
    other = two.clone()
    other[:, 3] = (other[:, 3] + 1) % 9 + 4
    answers = [model.ask(src, tgt) for tgt in (one, two, other)]
    expected = require_tensor(answers[1].value, (3, 4, 13), "the scores")
    moved = changes(answers[2].value, expected, (3, 4, 13), "the scores")
    require(bool(moved[:, 3].all()), "the last word of a target with two start tokens does not count")
    require_close(answers[0].value, expected, "the scores of a target with one start token")


@translator
def test_full_future(student, generator):
    """A position does not see the target words after it, but all those before it.

    The causal mask: True, or −∞, above the diagonal. In the shifted target, word t stands at position t + 1.
    """
    model = random_model(student, generator)
    src, tgt = with_start(ids(generator, 17, 3, 4)), with_start(ids(generator, 13, 3, 5))
    other = tgt.clone()
    other[1, 2] = (tgt[1, 2] + 1) % 9 + 4
    answers = [model.ask(src, each) for each in (tgt, other)]
    moved = changes(*(answer.value for answer in answers), (3, 6, 13), "the scores")
    expected = torch.zeros(3, 6, dtype=torch.bool)
    expected[1, 3:] = True
    require_close(moved, expected, "the table of positions that change with word 2 of sentence 1")


@translator
def test_full_padding(student, generator):
    """No position looks at a <pad> of the shifted target.

    Where the target that goes into the Transformer, the shifted one, equals pad_idx, tgt_key_padding_mask is True.
    """
    model = SIZES.build(student)
    values = scramble(model, generator)
    src, tgt = with_start(ids(generator, 17, 3, 4)), with_start(ids(generator, 13, 3, 5))
    tgt[1, 2] = 1
    before = model.ask(src, tgt)
    name = name_of(model, SIZES, "target")
    table = values[name].clone()
    table[1] = torch.rand(6, generator=generator) + 1
    after = model.load({name: table}).ask(src, tgt)
    moved = changes(before.value, after.value, (3, 6, 13), "the scores")
    expected = torch.zeros(3, 6, dtype=torch.bool)
    expected[1, 3] = True  # the pad's own position
    require_close(moved, expected, "the table of positions that change with the vector of <pad>")


@translator
def test_full_source(student, generator):
    """Every position sees the whole source sentence, and the order of its words counts.

    The source needs its own word and position embedding. Sentences of a batch do not see each other.
    """
    model = random_model(student, generator)
    src, tgt = with_start(torch.tensor([[4, 5, 6, 7], [8, 9, 10, 11]])), with_start(ids(generator, 13, 2, 2))
    swapped = src.clone()
    swapped[1, [2, 4]] = src[1, [4, 2]]
    replaced = src.clone()
    replaced[1, 4] = 12
    expected = torch.tensor([[False] * 3, [True] * 3])
    before, *after = [model.ask(each, tgt) for each in (src, swapped, replaced)]
    for answer, what in zip(after, ("two swapped words", "one word"), strict=True):
        moved = changes(before.value, answer.value, (2, 3, 13), "the scores")
        require_close(moved, expected, f"the table of positions that change with {what} of source sentence 1")


@translator
def test_full_arguments(student, generator):
    """The constructor's arguments reach nn.Transformer, and the last layer on each side counts.

    num_layers_enc, num_layers_dec, dim_feedforward and dropout have other names there. So has num_heads.
    """
    sizes = replace(SIZES, enc=2, dec=3, dropout=0.25)
    model = sizes.build(student)
    values, names = scramble(model, generator), inner_names(model, sizes)
    src, tgt = with_start(ids(generator, 17, 3, 4)), with_start(ids(generator, 13, 3, 3))
    first, again = model.ask(src, tgt), model.ask(src, tgt)
    before = first.value
    moved = changes(before, again.value, (3, 4, 13), "the scores")
    require(not bool(moved.any()), "the scores change from call to call in evaluation mode")
    for side, layers in (("encoder", 2), ("decoder", 3)):
        found = sorted(name for name in names if name.startswith(side) and name.endswith("linear1.weight"))
        wanted = [f"{side}.layers.{number}.linear1.weight" for number in range(layers)]
        require(found == wanted, f"the {side} has {len(found)} layers and should have {layers}")
        size = tuple(values[names[wanted[-1]]].shape)
        require(size == (7, 6), f"the {side}'s feed-forward layers have the wrong size")
        bias = names[f"{side}.layers.{layers - 1}.linear2.bias"]  # no ReLU can hide it
        model.load({bias: values[bias] + torch.arange(6)})
        after = model.call(src, tgt)
        moved = changes(before, after, (3, 4, 13), "the scores")
        require(bool(moved.all()), f"the last layer of the {side} does not count")
        before = after
    rates = dropout_rates(model, sizes)
    require(rates == {0.25}, "the dropout inside nn.Transformer is not the constructor's", f"found {sorted(rates)}")


def check_chain(student, generator, src, check):
    """Check what the student's loop makes of a stand-in in which each word has one successor."""

    def run():
        model = SIZES.build(student)
        model.replace("forward", student.stand_in("ChainForward", FOLLOWING))
        got = model.call(src, method="generate_translation")
        check(require_tensor(got, (*src.shape, SIZES.outputs), "the scores"), model)

    unless_own_loop(student, SIZES, src, generator, run)


@generation
@pytest.mark.weight(0)
def test_generate_shape(student):
    """generate_translation returns the scores, (N, T, V), and leaves src as it is.

    As many steps as the source has words; what is kept are scores, not words. Your forward is replaced by a simple
    one here.
    """
    model, asked = SIZES.build(student), []
    model.replace("forward", student.stand_in("ChainForward", FOLLOWING))
    for batch, steps in ((2, 5), (1, 1), (3, SIZES.length)):
        answer = model.ask(torch.full((batch, steps), 2), method="generate_translation")
        asked.append((batch, steps, answer, model.ask_changed()))
    for batch, steps, answer, changed in asked:
        require_tensor(answer.value, (batch, steps, SIZES.outputs), "the result of generate_translation")
        require(not changed.value, "generate_translation changes src")


@generation
def test_generate_words(student, generator):
    """Each step's most likely word is read in the next step.

    Here the first prediction is <sos>, the second one follows from the source's last word: 8 gives 12, 4 gives 7. Each
    later one follows from the word before: 10 from 12, 3 from 7. The loop goes on after <eos>, 3.
    """
    words = torch.tensor([[2, 12, 10, 1, 5, 6], [2, 7, 3, 9, 11, 0]])

    def check(got, model):
        require_close(got.argmax(2), words, "the most likely words")

    check_chain(student, generator, torch.tensor([[2, 5, 3, 3, 9, 8], [2, 8, 8, 8, 5, 4]]), check)


@generation
def test_generate_scores(student, generator):
    """At step t, the scores at position t of the full forward are kept, and all T steps are filled.

    src goes into forward unchanged at each step. The winner's score is a tenth of the sum of src, here 2, plus the mean
    of the words read so far. Sentence 0 reads 2, 2, 5, 6, sentence 1 reads 2, 2, 10, 1.
    """
    expected = torch.zeros(2, 4, 13)
    expected[0, range(4), [2, 5, 6, 8]] = 2 + torch.tensor([2, 2, 9 / 3, 15 / 4])
    expected[1, range(4), [2, 10, 1, 5]] = 2 + torch.tensor([2, 2, 14 / 3, 15 / 4])

    def check(got, model):
        require_close(got, expected, "the scores")

    check_chain(student, generator, torch.tensor([[2, 8, 9, 1], [2, 3, 3, 12]]), check)


@generation
def test_generate_calls_are_separate(student, generator):
    """A sentence gives the same scores after other sentences, and alone as in a batch.

    Nothing may be kept in self from one call to the next.
    """
    expected = torch.zeros(1, 5, 13)
    expected[0, range(5), [2, 7, 3, 9, 11]] = 2 + torch.tensor([2, 2, 11 / 3, 14 / 4, 23 / 5])
    src = torch.tensor([[2, 5, 3, 6, 4]])

    def check(got, model):
        require_close(got, expected, "the scores")
        model.ask(torch.tensor([[2, 1], [2, 7], [2, 3]]), method="generate_translation")
        again = model.call(src, method="generate_translation")
        require_close(again, expected, "the scores of a later call")

    check_chain(student, generator, src, check)
