"""Exercise 4, hidden: the full Transformer against nn.Transformer, and its greedy loop around random networks."""

from dataclasses import replace

import pytest
import torch
from full_transformer_oracle import FullOracle, transformer
from full_transformer_parts import FullSizes
from generation_checks import check_generation, generated, random_forward
from other_device import require_follows
from transformer_parts import ids

from autograder.judging.compare import require, require_tensor

SIZES = FullSizes(words=23, outputs=17, hidden=15, heads=3, feed=11, enc=1, dec=2, length=7, dropout=0.5)
SHALLOW = replace(SIZES, dec=1)
DEEP = FullSizes(words=13, outputs=19, hidden=21, heads=7, feed=5, enc=2, dec=1, length=11, dropout=0.3)
SMALL = FullSizes(words=7, outputs=5, hidden=3, heads=1, feed=2, enc=1, dec=1, length=3)
for made in (SIZES, SHALLOW, DEEP):
    transformer(made)  # takes its time: once for all submissions, not once for each
translator = pytest.mark.step("full_forward")
generation = pytest.mark.step("full_generate")


def sentences(generator, words, batch, steps, start=1):
    """Random sentences without <pad> that begin with start tokens. <unk>, 0, and <eos>, 3, are words like others."""
    rows = ids(generator, words, batch, steps)
    if steps > 2:
        rows[0, 1], rows[-1, -2] = 3, 0
    rows[:, :start] = 2
    return rows


def check(model, generator, sizes, *cases):
    """Compare with nn.Transformer on random weights for each pair of source and target."""
    oracle = FullOracle.draw(sizes, generator)
    oracle.load(model)
    asked = [(model.ask(*pair), pair) for pair in cases]
    for answer, pair in asked:
        oracle.require_scores(answer.value, *pair)


@translator
@pytest.mark.weight(4)
@pytest.mark.core
def test_full_values(student, generator):
    """forward is right for random sentences and weights; source and target have different lengths.

    Every argument of the constructor is used: sizes, number of heads, number of layers on each side.
    """
    models = [sizes.build(student) for sizes in (SIZES, DEEP)]
    for sizes, model in zip((SIZES, DEEP), models, strict=True):
        src, tgt = sentences(generator, sizes.words, 3, 6), sentences(generator, sizes.outputs, 3, 4)
        check(model, generator, sizes, (src, tgt))


@translator
@pytest.mark.weight(2)
@pytest.mark.core
def test_full_padded(student, generator):
    """forward is right for sentences that are padded.

    The padding mask belongs to the shifted target. A mask for the source is welcome, but not needed.
    """
    src, tgt = sentences(generator, 23, 3, 5), sentences(generator, 17, 3, 7)
    tgt[0, 4:] = tgt[1, 2:] = tgt[2, 3] = 1
    padded = src.clone()
    padded[1, 3:] = 1
    check(SHALLOW.build(student), generator, SHALLOW, (src, tgt), (padded, tgt))


@translator
def test_full_edges(student, generator):
    """forward is right for a single sentence, a single word, and as many words as there are positions.

    Look for squeeze(), for a fixed length, and for sentences and words in the wrong order of dimensions.
    """
    cases = []
    for batch, source, target in ((1, 2, 5), (9, 1, 1), (1, 7, 7)):
        src, tgt = sentences(generator, 23, batch, source), sentences(generator, 17, batch, target)
        tgt[:, 3:4] = 1
        cases.append((src, tgt))
    check(SHALLOW.build(student), generator, SHALLOW, *cases)


@translator
def test_full_two_start_tokens(student, generator):
    """A batch whose targets all begin with two start tokens is not shifted; any other batch is.

    add_start_token decides this for the whole batch. Call it and use what it returns.
    """
    src = sentences(generator, 23, 2, 4)
    targets = sentences(generator, 17, 2, 5, start=2), ids(generator, 17, 2, 5)
    check(SHALLOW.build(student), generator, SHALLOW, *((src, tgt) for tgt in targets))


@translator
def test_full_ignore_index(student, generator):
    """The padding is the id that the constructor got as ignore_index.

    Compare with self.pad_idx, not with 1.
    """
    src, tgt = sentences(generator, 17, 3, 5), sentences(generator, 17, 3, 6)
    src, tgt = src.masked_fill(src == 5, 4), tgt.masked_fill(tgt == 5, 4)
    tgt[0, 3:] = tgt[1, 2] = 5
    tgt[2, 1] = src[0, 2] = 1  # an ordinary word here
    sizes = replace(SHALLOW, pad=5)
    check(sizes.build(student), generator, sizes, (src, tgt))


@translator
def test_full_dropout(student, generator):
    """nn.Transformer drops with the probability that the constructor got, in training mode, and nothing else does.

    Pass dropout on to nn.Transformer; with 0, training mode changes nothing.
    """
    src, tgt = sentences(generator, 23, 3, 5), sentences(generator, 17, 3, 6)
    tgt[0, 4:] = tgt[2, 2] = 1
    oracle = FullOracle.draw(SHALLOW, generator)
    keeping, dropping = replace(SHALLOW, dropout=0.0).build(student), SHALLOW.build(student)
    oracle.load(keeping).train()
    asked = [(keeping.ask(words, tgt), words) for words in (src.flip(0), src)]
    for answer, words in asked:
        oracle.require_scores(answer.value, words, tgt)
    check_drops_inside(dropping, generator)


def check_drops_inside(model, generator):
    """Fail unless dropout of 1/2 does to one number that a decoder layer adds what it should, and nothing to others.

    That number, read from a source of one word, is dropped or four times as large: attention weight and result are
    each dropped or doubled.
    """
    src, tgt = ids(generator, 23, 1, 1), sentences(generator, 17, 1, 2)
    apart = False
    while not apart:
        oracle = FullOracle.draw(SHALLOW, generator)
        factors = 0.5 + torch.rand(SHALLOW.hidden // SHALLOW.heads, generator=generator)
        with torch.no_grad():
            gone, large = (oracle.adding(times * factors).scores(src, tgt).to(torch.float32) for times in (0, 4))
        apart = bool(((gone - large).abs().amax(2) > 0.1).all())
    oracle.adding(factors).load(model).train().seed(7)
    got = require_tensor(model.call(src.expand(41, 1), tgt.expand(41, 2)), (41, 2, 17), "the scores")
    dropped, kept = (torch.isclose(got, scores, 1e-3, 1e-3).all(2) for scores in (gone, large))
    require(bool((dropped | kept).all()), "in training mode, dropout changes numbers outside of nn.Transformer")
    share = dropped.float().mean().item()
    require(0.5 < share < 0.97, "the dropout inside nn.Transformer does not have the constructor's probability")


@translator
def test_full_gradients(student, generator):
    """The gradients of all embeddings, of the Transformer and of the last layer are right.

    Look for detach(), .data or torch.no_grad(), and for an embedding that is used for both sides.
    """
    src, tgt = sentences(generator, 23, 3, 5), sentences(generator, 17, 3, 6)
    oracle = FullOracle.draw_smooth(SHALLOW, generator, src, tgt)
    oracle.require_gradients(oracle.load(SHALLOW.build(student)), src, tgt, generator)


@translator
def test_full_device(student, generator):
    """forward works on the device of its inputs, whichever that is.

    Positions and masks that you make yourself belong there: torch.ones(…, device=tgt.device).
    """
    src, tgt = sentences(generator, 7, 2, 2), sentences(generator, 5, 2, 3)
    require_follows(student, lambda there: SMALL.build(there).call(src, tgt))


@generation
@pytest.mark.weight(3)
@pytest.mark.core
def test_generate_values(student, generator):
    """generate_translation is the greedy loop: the words of one step are read in all later steps.

    The target starts as <pad> with src[:, 0] in front. Step t keeps the scores at t and writes their argmax at t + 1.
    """
    sizes = replace(SHALLOW, length=9)
    model = sizes.build(student)
    for batch, steps in ((3, 6), (2, 9)):
        check_generation(student, sizes, sentences(generator, 23, batch, steps), generator, model=model)


@generation
def test_generate_device(student, generator):
    """generate_translation works on the device of its input, whichever that is.

    Tensors that you make yourself belong there: torch.full_like(src, …), or torch.zeros(…, device=src.device).
    """
    src, weights = sentences(generator, 7, 2, 3), random_forward(SMALL, generator)
    require_follows(student, lambda there: generated(there, SMALL, src, weights))


@generation
def test_generate_edges(student, generator):
    """generate_translation is right for a single sentence, all positions in use, and in training mode.

    All T steps are filled, the last one included. There is no step T at which a word could be written.
    """
    sizes = replace(SHALLOW, words=29, outputs=11)
    model = sizes.build(student)
    check_generation(student, sizes, sentences(generator, 29, 1, 7), generator, True, model)
    check_generation(student, sizes, sentences(generator, 29, 1, 4), generator, model=model)


@generation
def test_generate_padded_source(student, generator):
    """The loop also works for sources that are padded, of which each row goes its own way.

    Nothing is skipped or cut for rows that end early.
    """
    src = sentences(generator, 23, 3, 7)
    src[0, 3:] = src[2, 5:] = 1
    check_generation(student, SHALLOW, src, generator)
