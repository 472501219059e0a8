"""Exercise 4, hidden: the full Transformer against nn.Transformer, and its greedy loop around random networks."""

from dataclasses import replace

import pytest
from full_transformer_oracle import FullOracle
from full_transformer_parts import FullSizes, check_generation
from transformer_parts import changes, ids

from autograder.judging.compare import require

SIZES = FullSizes(words=23, outputs=17, hidden=15, heads=3, feed=11, enc=1, dec=2, length=7)
DEEP = FullSizes(words=13, outputs=19, hidden=21, heads=7, feed=5, enc=3, dec=1, length=11)
translator = pytest.mark.step("full_forward")
generation = pytest.mark.step("full_generate")


def sentences(generator, words, batch, steps, start=1):
    """Random sentences that begin with start tokens."""
    rows = ids(generator, words, batch, steps)
    rows[:, :start] = 2
    return rows


def check(student, generator, sizes, src, tgt):
    """Compare with nn.Transformer on fresh weights."""
    oracle = FullOracle.draw(sizes, generator)
    oracle.require_scores(oracle.load(sizes.build(student)), src, tgt)


@translator
@pytest.mark.weight(4)
@pytest.mark.core
def test_full_values(student, generator):
    """forward is right for random sentences and weights; source and target have different lengths.

    Every argument of the constructor is used: sizes, number of heads, number of layers on each side.
    """
    for sizes in (SIZES, DEEP):
        src, tgt = sentences(generator, sizes.words, 3, 6), sentences(generator, sizes.outputs, 3, 4)
        check(student, generator, sizes, src, tgt)


@translator
@pytest.mark.weight(2)
@pytest.mark.core
def test_full_padded(student, generator):
    """forward is right for sentences that are padded.

    The padding mask belongs to the shifted target. A mask for the source is welcome, but not needed.
    """
    src, tgt = sentences(generator, 23, 3, 5), sentences(generator, 17, 3, 7)
    tgt[0, 4:] = tgt[1, 2:] = tgt[2, 3] = 1
    check(student, generator, SIZES, src, tgt)
    src[1, 3:] = 1
    check(student, generator, SIZES, src, tgt)


@translator
def test_full_edges(student, generator):
    """forward is right for a single sentence, a single word, and as many words as there are positions.

    Look for squeeze(), for a fixed length, and for sentences and words in the wrong order of dimensions.
    """
    for batch, source, target in ((1, 2, 5), (9, 1, 1), (1, 7, 7)):
        src, tgt = sentences(generator, 23, batch, source), sentences(generator, 17, batch, target)
        check(student, generator, SIZES, src, tgt)


@translator
def test_full_two_start_tokens(student, generator):
    """A batch whose targets all begin with two start tokens is not shifted; any other batch is.

    add_start_token decides this for the whole batch. Call it and use what it returns.
    """
    src = sentences(generator, 23, 2, 4)
    check(student, generator, SIZES, src, sentences(generator, 17, 2, 5, start=2))
    check(student, generator, SIZES, src, sentences(generator, 17, 2, 5))


@translator
def test_full_ignore_index(student, generator):
    """The padding is the id that the constructor got as ignore_index.

    Compare with self.pad_idx, not with 1.
    """
    src, tgt = sentences(generator, 17, 3, 5), sentences(generator, 17, 3, 6)
    src, tgt = src.masked_fill(src == 5, 4), tgt.masked_fill(tgt == 5, 4)
    tgt[0, 3:] = tgt[1, 2] = 5
    tgt[2, 1] = 1  # an ordinary word here
    check(student, generator, replace(SIZES, pad=5), src, tgt)


@translator
def test_full_dropout(student, generator):
    """The Transformer drops with the probability that the constructor got, in training mode only.

    Pass dropout on to nn.Transformer.
    """
    src, tgt = sentences(generator, 23, 3, 5), sentences(generator, 17, 3, 4)
    oracle = FullOracle.draw(SIZES, generator)
    model = oracle.load(SIZES.build(student)).train()
    oracle.require_scores(model, src, tgt)  # dropout 0
    model = oracle.load(replace(SIZES, dropout=0.5).build(student)).train()
    moved = changes(model.call(src, tgt), model.call(src, tgt), (3, 4, 17), "the scores")
    require(bool(moved.all()), "nothing is dropped in training mode")
    oracle.require_scores(model.eval(), src, tgt)


@translator
def test_full_gradients(student, generator):
    """The gradients of all embeddings, of the Transformer and of the last layer are right.

    Look for detach(), .data or torch.no_grad(), and for an embedding that is used for both sides.
    """
    src, tgt = sentences(generator, 23, 3, 5), sentences(generator, 17, 3, 6)
    oracle = FullOracle.draw(SIZES, generator)
    oracle.require_gradients(oracle.load(SIZES.build(student)), src, tgt, generator)


@generation
@pytest.mark.weight(3)
@pytest.mark.core
def test_generate_values(student, generator):
    """generate_translation is the greedy loop: the words of one step are read in all later steps.

    The target starts as <pad> with src[:, 0] in front. Step t keeps the scores at t and writes their argmax at t + 1.
    """
    for batch, steps in ((3, 6), (2, 9)):
        check_generation(student, replace(SIZES, length=9), sentences(generator, 23, batch, steps), generator)


@generation
def test_generate_edges(student, generator):
    """generate_translation is right for a single sentence and for as many words as there are positions.

    All T steps are filled, the last one included. There is no step T at which a word could be written.
    """
    check_generation(student, SIZES, sentences(generator, 23, 1, 7), generator)
    check_generation(student, replace(SIZES, words=29, outputs=11), sentences(generator, 29, 1, 4), generator)


@generation
def test_generate_padded_source(student, generator):
    """The loop also works for sources that are padded, of which each row goes its own way.

    Nothing is skipped or cut for rows that end early.
    """
    src = sentences(generator, 23, 3, 7)
    src[0, 3:] = src[2, 5:] = 1
    check_generation(student, SIZES, src, generator)
