"""Exercise 3, hidden: every stage of the encoder-only Transformer against PyTorch itself."""

import pytest
import torch
import transformer_oracle as oracle
from stage_checks import check_forward, check_forward_gradient, draw_stages
from transformer_oracle import require_stage, require_stage_gradients
from transformer_parts import Sizes, ids, random_weights

SIZES = Sizes(words=23, outputs=17, hidden=14, feed=11, key=5, value=3, length=7)
WIDE = Sizes(words=13, outputs=5, hidden=10, feed=19, key=17, value=7, length=11)
# Sentences and words in them: an ordinary batch, one word, more sentences than positions, all positions.
CASES = ((3, 5), (1, 1), (13, 2), (2, 7))
embedding = pytest.mark.step("transformer_embed")
attention = pytest.mark.step("transformer_attention")
feedforward = pytest.mark.step("transformer_feedforward")
final = pytest.mark.step("transformer_final")
whole = pytest.mark.step("transformer_forward")


def check_cases(student, generator, needed_of, stage, floats=True, scale=1.0):
    """Compare a stage with its oracle on fresh weights and inputs for each size and batch."""
    for sizes in (SIZES, WIDE):
        needed = needed_of(sizes)
        for batch, steps in CASES:
            x = ids(generator, sizes.words, batch, steps, lowest=0)
            if floats:
                x = torch.randn(batch, steps, sizes.hidden, generator=generator) * scale
            require_stage(student, sizes, needed, stage, random_weights(needed, generator), x)


@embedding
@pytest.mark.weight(2)
@pytest.mark.core
def test_embed_values(student, generator):
    """embed is right for random words and weights, for any number of sentences and words.

    Positions count the words of a sentence, not the sentences of a batch, and start with 0 in each sentence.
    """
    check_cases(student, generator, Sizes.embed_roles, oracle.embed, floats=False)


@embedding
def test_embed_gradients(student, generator):
    """Both embeddings learn.

    The position embedding is a layer with weights, too. Look for detach(), .data or torch.no_grad().
    """
    words = ids(generator, SIZES.words, 3, 5)
    require_stage_gradients(student, SIZES, SIZES.embed_roles(), oracle.embed, words, generator)


@attention
@pytest.mark.weight(4)
@pytest.mark.core
def test_attention_values(student, generator):
    """multi_head_attention is right for random inputs and weights, for any batch and length.

    Each head has its own k, q and v. Scale by √dim_k; softmax over the positions that are looked at; the heads side
    by side, head 1 first; then the projection, the sum with the input and norm_mh.
    """
    check_cases(student, generator, Sizes.attention_roles, oracle.multi_head_attention)


@attention
@pytest.mark.weight(2)
def test_attention_gradients(student, generator):
    """The gradients of all weights and of the input are right.

    Look for detach(), .data or torch.no_grad(), and for a layer that is used twice or not at all.
    """
    x = torch.randn(3, 5, SIZES.hidden, generator=generator)
    require_stage_gradients(student, SIZES, SIZES.attention_roles(), oracle.multi_head_attention, x, generator)


@feedforward
@pytest.mark.weight(3)
@pytest.mark.core
def test_feedforward_values(student, generator):
    """feedforward_layer is right for random inputs and weights, for any batch and length.

    LayerNorm(x + Linear(ReLU(Linear(x)))), with a LayerNorm of its own.
    """
    check_cases(student, generator, Sizes.feed_roles, oracle.feedforward_layer)


@feedforward
def test_feedforward_gradients(student, generator):
    """The gradients of all weights and of the input are right.

    Look for detach(), .data or torch.no_grad().
    """
    x = torch.randn(3, 5, SIZES.hidden, generator=generator)
    needed = SIZES.feed_roles()
    require_stage_gradients(student, SIZES, needed, oracle.feedforward_layer, x, generator, ["norm_mh"])


@final
@pytest.mark.weight(2)
@pytest.mark.core
def test_final_values(student, generator):
    """final_layer is right for random inputs and weights, for any batch and length.

    One Linear layer, with a bias, and no softmax.
    """
    check_cases(student, generator, Sizes.final_roles, oracle.final_layer, scale=3.0)


@final
def test_final_gradients(student, generator):
    """The gradients of the weights and of the input are right.

    Look for detach(), .data or torch.no_grad().
    """
    x = torch.randn(3, 5, SIZES.hidden, generator=generator)
    require_stage_gradients(student, SIZES, SIZES.final_roles(), oracle.final_layer, x, generator)


@whole
@pytest.mark.weight(2)
@pytest.mark.core
def test_forward_values(student, generator):
    """forward is final_layer(feedforward_layer(multi_head_attention(embed(inputs)))) for any batch and length.

    No stage is left out, repeated or added, and nothing is applied to the scores.
    """
    for sizes in (SIZES, WIDE):
        for batch, steps in CASES:
            inputs = ids(generator, sizes.words, batch, steps, lowest=0)
            check_forward(student, sizes, draw_stages(sizes, generator), inputs, generator)


@whole
def test_forward_gradients(student, generator):
    """A gradient gets from the scores back through forward.

    No detach(), .data or torch.no_grad() between the stages.
    """
    check_forward(student, SIZES, draw_stages(SIZES, generator), ids(generator, SIZES.words, 2, 4), generator)
    check_forward_gradient(student, SIZES, generator)
