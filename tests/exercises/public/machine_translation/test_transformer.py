"""Exercise 3: the encoder-only Transformer, with weights set by hand and with properties that any weights have."""

import math

import pytest
import torch
from stage_checks import ForwardCheck, draw_stages, with_stand_ins
from transformer_parts import Sizes, changes, ids, load, random_weights, require_uses_weights, zeros

from autograder.judging.compare import require, require_close, require_tensor

SIZES = Sizes(words=11, outputs=13, hidden=6, feed=7, key=5, value=3, length=8)
# For attention by hand: H = 4, keys of 9 numbers (√9 = 3), values of one number.
TINY = Sizes(words=11, outputs=13, hidden=4, feed=3, key=9, value=1, length=8)
BATCHES = ((2, 5), (1, 1), (3, SIZES.length))  # N, T
embedding = pytest.mark.step("transformer_embed")
attention = pytest.mark.step("transformer_attention")
feedforward = pytest.mark.step("transformer_feedforward")
final = pytest.mark.step("transformer_final")
whole = pytest.mark.step("transformer_forward")


def check_shape(student, method, size):
    """Check shape and type of a stage, and that it leaves its input alone."""
    inputs = [
        torch.linspace(-1, 1, batch * steps * SIZES.hidden).reshape(batch, steps, SIZES.hidden)
        for batch, steps in BATCHES
    ]
    require_size(SIZES.build(student), inputs, method, size)


def require_size(model, inputs, method, size):
    """Fail unless a method gives (N, T, size) for inputs (N, T) or (N, T, H), and leaves them alone."""
    asked = [(x, model.ask(x, method=method), model.ask_changed()) for x in inputs]
    for x, answer, changed in asked:
        require_tensor(answer.value, (*x.shape[:2], size), f"the result of {method}")
        require(not changed.value, f"{method} changes its input")


@embedding
@pytest.mark.weight(0)
def test_embed_shape(student):
    """embed returns (N, T, H) for every T up to max_length, and leaves the ids as they are.

    One vector of size hidden_dim for each id. T may be smaller than max_length.
    """
    require_size(SIZES.build(student), [torch.ones(size, dtype=torch.int64) for size in BATCHES], "embed", SIZES.hidden)


@embedding
def test_embed_by_hand(student):
    """A word's vector and its position's vector are added.

    Row i of the word embedding for the word i, row t of the position embedding for the position t = 0, 1, 2, …
    """
    needed = SIZES.embed_roles()
    weights = zeros(needed)
    weights["word"]["weight"] += torch.arange(11.0)[:, None]  # word 7 is (7, 7, 7, 7, 7, 7)
    weights["position"]["weight"] += torch.arange(8.0)[:, None] / 10  # position 3 is (0.3, 0.3, …)
    model = load(SIZES.build(student), needed, weights)
    got = model.call(torch.tensor([[7, 0, 7], [2, 10, 10]]), method="embed")
    expected = torch.tensor([[7.0, 0.1, 7.2], [2.0, 10.1, 10.2]])[..., None].expand(2, 3, 6)
    require_close(got, expected, "the result of embed")


@attention
@pytest.mark.weight(0)
def test_attention_shape(student):
    """multi_head_attention returns (N, T, H) and leaves its input as it is.

    The projection brings the two heads, 2·dim_v numbers, back to hidden_dim. x += … changes the input itself.
    """
    check_shape(student, "multi_head_attention", SIZES.hidden)


def tiny_attention(student):
    """Head 1 compares first numbers and reads them; head 2 reads a constant −0.5, whatever it looks at.

    Head 1 writes to the third number and head 2 to the fourth. In head 1, a first number 1 asks with (3/2)·ln 3, a
    first number −1 with 0.
    """
    needed = TINY.attention_roles()
    weights = zeros(needed)
    weights["q1"]["weight"][0, 0] = 0.75 * math.log(3)
    weights["q1"]["bias"][0] = 0.75 * math.log(3)
    weights["k1"]["weight"][0, 0] = 1.0
    weights["v1"]["weight"][0, 0] = 1.0
    weights["v2"]["bias"][0] = -0.5
    weights["projection"]["weight"][2, 0] = weights["projection"]["weight"][3, 1] = 1.0
    return load(TINY.build(student), needed, weights), needed, weights


@attention
@pytest.mark.weight(2)
def test_attention_by_hand(student):
    """A head weighs the values by the softmax of the scaled scores; then come projection, sum and LayerNorm.

    The scale is √dim_k = 3. In head 1, position 0 has the weights 3/4 and 1/4, position 1 has 1/2 and 1/2: it gives
    0.5 and 0. Head 2 gives −0.5 twice. x + projection is (1, −1, 0.5, −0.5) and (−1, 1, 0, −0.5): do the LayerNorm of
    these on paper.
    """
    model, _, _ = tiny_attention(student)
    x = torch.tensor([[[1.0, -1, 0, 0], [-1, 1, 0, 0]]] * 3)
    got = model.call(x, method="multi_head_attention")
    first = torch.tensor([1.0, -1.0, 0.5, -0.5]) / math.sqrt(0.625)
    second = torch.tensor([-7.0, 9, 1, -3]) / math.sqrt(35)
    # LayerNorm's own epsilon, 1e-5 beside a variance of 0.56, is in the fifth digit.
    require_close(got, torch.stack([first, second]).expand(3, 2, 4), "the result", rtol=3e-4)


@attention
def test_attention_norm(student):
    """The LayerNorm that comes last is norm_mh.

    Its weight and bias were set: each result is weight · normalised + bias.
    """
    model, needed, weights = tiny_attention(student)
    weights["norm_mh"]["weight"][:] = torch.tensor([1.0, 2.0, 3.0, 4.0])
    weights["norm_mh"]["bias"][:] = torch.tensor([0.5, 0.0, -1.0, 2.0])
    load(model, needed, weights)
    got = model.call(torch.tensor([[[0.0, 0, 3, 1.5]], [[0.0, 0, -4.0, 4.5]]]), method="multi_head_attention")
    # Sums (0, 0, 3, 1) and (0, 0, −4, 4): mean 1 and 0, standard deviation √1.5 and √8.
    first = torch.tensor([-1.0, -1, 2, 0]) / math.sqrt(1.5)
    second = torch.tensor([0.0, 0, -4, 4]) / math.sqrt(8)
    normalised = torch.stack([first, second])[:, None]
    expected = normalised * torch.tensor([1.0, 2, 3, 4]) + torch.tensor([0.5, 0, -1, 2])
    require_close(got, expected, "the result", rtol=3e-4)


@attention
def test_attention_looks_at_its_own_sentence(student, generator):
    """Every position sees all positions of its own sentence and none of another one.

    The softmax runs over the positions that are looked at: the last dimension of scores of shape (N, T, T).
    """
    needed = SIZES.attention_roles()
    model = load(SIZES.build(student), needed, random_weights(needed, generator))
    x = torch.randn(3, 4, 6, generator=generator)
    other = x.clone()
    other[1, 2] = torch.randn(6, generator=generator) + 1
    answers = [model.ask(each, method="multi_head_attention") for each in (x, other)]
    moved = changes(*(answer.value for answer in answers), x.shape, "the result")
    expected = torch.tensor([False, True, False])[:, None].expand(3, 4)
    require_close(moved, expected, "the table of positions that change with one position of sentence 1")
    require_uses_weights(model, needed, generator, x, "multi_head_attention")


@attention
def test_attention_order(student, generator):
    """Attention knows no order: when the positions are swapped, the results are swapped in the same way.

    And a sentence of one position repeated gives the same as that position alone: the weights add up to 1.
    """
    needed = SIZES.attention_roles()
    model = load(SIZES.build(student), needed, random_weights(needed, generator))
    x = torch.randn(2, 5, 6, generator=generator)
    turn = torch.tensor([3, 0, 4, 2, 1])
    inputs = (x, x[:, :1], x[:, turn], x[:, :1].expand(2, 4, 6).contiguous())
    answers = [model.ask(each, method="multi_head_attention") for each in inputs]
    got = require_tensor(answers[0].value, x.shape, "the result")
    alone = require_tensor(answers[1].value, (2, 1, 6), "the result")
    require(not bool(torch.isclose(got[:, :1], alone).all(2).any()), "a position does not look at the others")
    require_close(answers[2].value, got[:, turn], "the result of swapped positions")
    require_close(answers[3].value, alone.expand(2, 4, 6), "the result of one position repeated")
    require_uses_weights(model, needed, generator, x, "multi_head_attention")


@feedforward
@pytest.mark.weight(0)
def test_feedforward_shape(student):
    """feedforward_layer returns (N, T, H) and leaves its input as it is.

    The first Linear layer goes to dim_feedforward, the second one back to hidden_dim.
    """
    check_shape(student, "feedforward_layer", SIZES.hidden)


@feedforward
def test_feedforward_by_hand(student):
    """Linear, ReLU, Linear, then the sum with the input, then LayerNorm.

    The ReLU stops what is negative. After the second Linear layer there is no ReLU.
    """
    needed = TINY.feed_roles()
    weights = zeros(needed)
    weights["first"]["weight"][0, 0] = weights["first"]["weight"][1, 1] = 1.0
    weights["first"]["bias"][1] = 0.5
    weights["second"]["weight"][2, 0] = 2.0
    weights["second"]["weight"][3, 1] = -4.0
    weights["second"]["bias"][0] = 1.0
    model = load(TINY.build(student), needed, weights)
    # ReLU gives (1, 0, 0) and (0, 1.5, 0); with the input (1, -1, 0, 0) and (-1, 1, 0, 0) the sums are
    # (2, -1, 2, 0), mean 3/4, and (0, 1, 0, -6), mean -5/4.
    got = model.call(torch.tensor([[[1.0, -1, 0, 0], [-1, 1, 0, 0]]] * 3), method="feedforward_layer")
    first = torch.tensor([1.25, -1.75, 1.25, -0.75]) / math.sqrt(27 / 16)
    second = torch.tensor([1.25, 2.25, 1.25, -4.75]) / math.sqrt(123 / 16)
    require_close(got, torch.stack([first, second]).expand(3, 2, 4), "the result", rtol=3e-4)


@feedforward
def test_feedforward_norm(student, generator):
    """feedforward_layer has a LayerNorm of its own: what norm_mh learns does not change it.

    The last thing that happens is weight · normalised + bias, with the weight and the bias of that LayerNorm.
    """
    needed = SIZES.feed_roles()
    weights = random_weights(needed, generator)
    weights["norm"]["weight"] = torch.zeros(6)
    weights["norm"]["weight"][4] = 2.0
    weights["norm"]["bias"] = torch.arange(6.0)
    model = load(SIZES.build(student), needed, weights)
    x = torch.randn(2, 3, 6, generator=generator)
    got = require_tensor(model.call(x, method="feedforward_layer"), (2, 3, 6), "the result")
    rest = [0, 1, 2, 3, 5]
    require_close(got[..., rest], torch.tensor([0.0, 1, 2, 3, 5]).expand(2, 3, 5), "numbers with LayerNorm weight 0")
    require(bool(((got[..., 4] - 4).abs() > 1e-4).any()), "a number with LayerNorm weight 2 is only the bias")


@feedforward
def test_feedforward_by_position(student, generator):
    """Each position is worked on by itself: changing one changes that one only.

    Linear layers and LayerNorm work on the last dimension; nothing has to be reshaped.
    """
    needed = SIZES.feed_roles()
    model = load(SIZES.build(student), needed, random_weights(needed, generator))
    x = torch.randn(3, 4, 6, generator=generator)
    other = x.clone()
    other[1, 2] = torch.randn(6, generator=generator) + 1
    answers = [model.ask(each, method="feedforward_layer") for each in (x, other)]
    moved = changes(*(answer.value for answer in answers), x.shape, "the result")
    expected = torch.zeros(3, 4, dtype=torch.bool)
    expected[1, 2] = True
    require_close(moved, expected, "the table of positions that change with one position")
    require_uses_weights(model, needed, generator, x, "feedforward_layer")


@final
@pytest.mark.weight(0)
def test_final_shape(student):
    """final_layer returns (N, T, V): a score for each word of the output vocabulary.

    One Linear layer from hidden_dim to output_size.
    """
    check_shape(student, "final_layer", SIZES.outputs)


@final
def test_final_by_hand(student):
    """The scores are raw: a Linear layer and nothing else.

    No softmax: the loss, nn.CrossEntropyLoss, does that part. Scores may be negative or large.
    """
    needed = TINY.final_roles()
    weights = zeros(needed)
    weights["final"]["weight"][3, 0] = -5.0
    weights["final"]["weight"][12, 1] = 4.0
    weights["final"]["bias"][7] = 2.0
    model = load(TINY.build(student), needed, weights)
    got = model.call(torch.tensor([[[1.0, 2, 9, 9]], [[-1.0, 0, 9, 9]]]), method="final_layer")
    expected = torch.zeros(2, 1, 13)
    expected[:, 0, 3] = torch.tensor([-5.0, 5.0])
    expected[0, 0, 12] = 8.0
    expected[:, 0, 7] = 2.0
    require_close(got, expected, "the scores")


@whole
@pytest.mark.weight(0)
def test_forward_shape(student, generator):
    """forward returns (N, T, V) and leaves the ids as they are.

    This is what final_layer returns; nothing is reshaped or cut. Your four methods are replaced by simple ones here.
    """
    model = with_stand_ins(student, SIZES, draw_stages(SIZES, generator))
    require_size(model, [torch.ones(size, dtype=torch.int64) for size in BATCHES], "forward", SIZES.outputs)


@whole
def test_forward_runs_stages(student, generator):
    """forward runs embed, multi_head_attention, feedforward_layer and final_layer, in this order.

    Each one gets what the one before has returned. Here simple stages, tanh(x·weight + bias), take their places.
    """
    inputs = ids(generator, SIZES.words, 3, 4, lowest=0)
    ForwardCheck(student, SIZES, draw_stages(SIZES, generator), inputs).require(generator)
