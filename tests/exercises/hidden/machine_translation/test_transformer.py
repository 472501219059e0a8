"""Exercise 3, hidden: every stage of the encoder-only Transformer against PyTorch itself."""

import pytest
import torch
import transformer_oracle as oracle
from other_device import require_follows
from stage_checks import ForwardCheck, check_forward_gradient, check_stage_gradients, draw_stages, with_stand_ins
from transformer_oracle import require_stage_gradients
from transformer_parts import Sizes, ids, load, random_weights

from autograder.judging.compare import require, require_close
from autograder.judging.drawn import drawn_once

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
    """Compare a stage with its oracle on random weights of each size, and inputs of each batch and length."""
    asked = []
    models = [sizes.build(student) for sizes in (SIZES, WIDE)]
    for sizes, model in zip((SIZES, WIDE), models, strict=True):
        needed = needed_of(sizes)
        weights, cases = draw_cases(needed, stage, sizes, floats, scale, generator)
        load(model, needed, weights)
        asked += [(model.ask(x, method=stage.__name__), expected) for x, expected in cases]
    for answer, expected in asked:
        require_close(answer.value, expected, f"the result of {stage.__name__}")


@drawn_once
def draw_cases(needed, stage, sizes, floats, scale, generator):
    """Random weights of a stage, and for each batch and length a random input and what the stage makes of it."""
    weights, cases = draw_weights(needed, generator), []
    for shape in CASES:
        x = ids(generator, sizes.words, *shape, lowest=0)
        if floats:
            x = torch.randn(*shape, sizes.hidden, generator=generator) * scale
        cases.append((x, oracle.expected(stage, x, weights)))
    return weights, cases


def draw_weights(needed, generator):
    """Random weights. What comes out of the ReLU is large, so that other activations differ, and made small again."""
    weights = random_weights(needed, generator)
    if "first" in weights:
        weights["first"] = {name: 8 * value for name, value in weights["first"].items()}
        weights["second"]["weight"] /= 8
    return weights


def words_without_pad(generator):
    """Random words, 0, 2 and 3 among them: only the vector of <pad> may be kept from learning."""
    words = ids(generator, SIZES.words, 3, 5)
    words[:, 0] = torch.tensor([0, 2, 3])
    return words


def check_device(student, generator, method):
    """Call a method elsewhere; a forward gets stand-ins for its stages."""

    def call(there):
        if method == "forward":
            model = with_stand_ins(there, SIZES, draw_stages(SIZES, generator))
        else:
            model = SIZES.build(there)
        words = method in ("embed", "forward")
        x = ids(generator, SIZES.words, 2, 3) if words else torch.randn(2, 3, SIZES.hidden, generator=generator)
        model.call(x, method=method)

    require_follows(student, call)


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
    """Both embeddings learn, and training mode changes nothing.

    The position embedding is a layer with weights, too. Look for detach(), .data, torch.no_grad() or dropout.
    """
    require_stage_gradients(student, SIZES, SIZES.embed_roles(), oracle.embed, words_without_pad(generator), generator)


@embedding
def test_embed_device(student, generator):
    """embed works on the device of its input, whichever that is.

    Positions that you make yourself belong there: torch.arange(…, device=inputs.device).
    """
    check_device(student, generator, "embed")


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
    """The gradients of all weights and of the input are right, in training mode, and on any device.

    Look for detach(), .data, torch.no_grad() or dropout, and for a layer that is used twice or not at all.
    """
    x = torch.randn(3, 5, SIZES.hidden, generator=generator)
    require_stage_gradients(student, SIZES, SIZES.attention_roles(), oracle.multi_head_attention, x, generator)
    check_device(student, generator, "multi_head_attention")


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
    """The gradients of all weights and of the input are right, in training mode, and on any device.

    Look for detach(), .data, torch.no_grad() or dropout.
    """
    x = torch.randn(3, 5, SIZES.hidden, generator=generator)
    needed = SIZES.feed_roles()
    require_stage_gradients(student, SIZES, needed, oracle.feedforward_layer, x, generator, ["norm_mh"])
    check_device(student, generator, "feedforward_layer")


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
    """The gradients of the weights and of the input are right, in training mode, and on any device.

    Look for detach(), .data, torch.no_grad() or dropout.
    """
    x = torch.randn(3, 5, SIZES.hidden, generator=generator)
    require_stage_gradients(student, SIZES, SIZES.final_roles(), oracle.final_layer, x, generator)
    check_device(student, generator, "final_layer")


@whole
@pytest.mark.weight(2)
@pytest.mark.core
def test_forward_values(student, generator):
    """forward is final_layer(feedforward_layer(multi_head_attention(embed(inputs)))) for any batch and length.

    No stage is left out, repeated or added, and nothing is applied to the scores.
    """
    models = [sizes.build(student) for sizes in (SIZES, WIDE)]
    checks = []
    for sizes, model in zip((SIZES, WIDE), models, strict=True):
        for batch, steps in CASES:
            inputs = ids(generator, sizes.words, batch, steps, lowest=0)
            checks.append(ForwardCheck(student, sizes, draw_stages(sizes, generator), inputs, model))
    for check in checks:
        check.require(generator)
    for model in models:
        require(model.attribute("training") is False, "forward switches training mode on, which its caller should do")


@whole
def test_forward_gradients(student, generator):
    """A gradient gets from the scores back through forward to each stage, in training mode, and on any device.

    No detach(), .data, torch.no_grad(), dropout or .cpu() between the stages; nothing is kept in self.
    """
    stages, inputs = draw_stages(SIZES, generator), ids(generator, SIZES.words, 2, 4)
    if ForwardCheck(student, SIZES, stages, inputs).require(generator):
        check_stage_gradients(student, SIZES, stages, inputs, generator)
        check_device(student, generator, "forward")
    else:
        check_forward_gradient(student, SIZES, generator)
