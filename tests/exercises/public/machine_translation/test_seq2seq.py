"""Exercise 2: greedy translation. Stand-ins with results known on paper take the place of encoder and decoder."""

import pytest
import torch

from autograder.judging.compare import require, require_close, require_tensor

# The word that follows each word; words 0 to 12.
FOLLOWING = torch.tensor([3, 5, 4, 3, 7, 9, 1, 6, 2, 8, 12, 10, 11])
V = len(FOLLOWING)
CPU = torch.device("cpu")
loop = pytest.mark.step("seq2seq")
looking = pytest.mark.step("seq2seq_attention")
KINDS = ("RNN", "LSTM")
both_kinds = pytest.mark.parametrize("kind", KINDS)


def translator(student, kind="RNN", attention=False):
    """The student's loop over the stand-ins, in evaluation mode."""
    encoder = student.stand_in("SumEncoder", 20, kind)
    decoder = student.stand_in("TableDecoder", FOLLOWING, kind, attention)
    return student.build("Seq2Seq", encoder, decoder, CPU).eval()


def translations(model, *sources):
    """What a model makes of each source, which it must not change."""
    asked = [(model.ask(source), model.ask_changed()) for source in sources]
    require(not any(changed.value for _, changed in asked), "forward changes the source")
    return [answer.value for answer, _ in asked]


def translate(student, source, kind="RNN", attention=False):
    """Run the student's loop over the stand-ins."""
    (got,) = translations(translator(student, kind, attention), source)
    return got


def scores(words, strengths):
    """Log-probabilities when each word wins with the given strength: lists of N rows with T numbers."""
    winner = torch.nn.functional.one_hot(torch.tensor(words), V)
    return (winner * torch.tensor(strengths)[..., None]).log_softmax(2)


@loop
@pytest.mark.weight(0)
def test_seq2seq_shape(student):
    """The result has the shape (N, T, V) and the source stays as it is.

    N sentences first, then one step for each of the T source words, then the V log-probabilities.
    """
    sizes = (2, 5), (1, 1), (3, 2)
    results = translations(translator(student), *(torch.full(size, 2) for size in sizes))
    for size, got in zip(sizes, results, strict=True):
        require_tensor(got, (*size, V), "the result")


@loop
def test_first_step(student):
    """The first step starts with the first source word and the encoder's state.

    source[:, 0] goes in, as (N, 1), together with what the encoder returned as hidden.
    """
    for kind in KINDS:
        got = translate(student, torch.tensor([[2, 7], [6, 1]]), kind)
        got = require_tensor(got, (2, 2, V), "the result")
        strengths = [[3.9], [3.7]] if kind == "RNN" else [[5.7], [5.1]]
        require_close(got[:, :1], scores([[4], [1]], strengths), "the first step")


@loop
def test_words_follow(student):
    """Each step's most likely word is the next step's input, up to T steps.

    Not the source's next word: argmax over the V words of what the decoder has just said.
    """
    got = translate(student, torch.tensor([[2, 2, 8, 1, 0, 3, 9], [10, 1, 2, 3, 4, 5, 6]]))
    got = require_tensor(got, (2, 7, V), "the result")
    words = torch.tensor([[4, 7, 6, 1, 5, 9, 8], [12, 11, 10, 12, 11, 10, 12]])
    require_close(got.argmax(2), words, "the most likely words")


@loop
@both_kinds
def test_state_is_handed_on(student, kind):
    """Each step starts from the state that the step before has returned.

    Keep the decoder's second value and pass it on; with an LSTM it is a pair, which needs no special care.
    """
    source = torch.tensor([[2, 1, 3], [10, 9, 11]])
    got = translate(student, source, kind)
    # The state starts at 0.6 and 3.0; the RNN's grows by 1 a step, the LSTM's cell falls by 2 as its h grows by 1.
    strengths = [[3.6, 4.6, 5.6], [6.0, 7.0, 8.0]] if kind == "RNN" else [[4.8, 3.8, 2.8], [12.0, 11.0, 10.0]]
    require_close(got, scores([[4, 7, 6], [12, 11, 10]], strengths), "the result")


@loop
def test_calls_are_separate(student):
    """A sentence gives the same result after other sentences, and alone as in a batch.

    Nothing may be kept in self from one call to the next.
    """
    encoder, decoder = student.stand_in("SumEncoder", 20), student.stand_in("TableDecoder", FOLLOWING)
    model = student.build("Seq2Seq", encoder, decoder, CPU).eval()
    model.ask(torch.tensor([[6, 1], [7, 7], [3, 3]]))
    model.ask(torch.tensor([[5, 5, 5]]))
    expected = scores([[1, 5, 9]], [[3.9, 4.9, 5.9]])
    require_close(model.call(torch.tensor([[6, 1, 2]])), expected, "the result of a later call")


@loop
def test_loop_gradients(student, generator):
    """A gradient reaches the decoder and, through the state, the encoder.

    Keep log-probabilities as tensors of the graph: no detach(), .data, numpy or torch.no_grad() in the loop.
    """
    sizes = {"table": (7, 3), "enter": (3, 5), "keep": (5, 5)}
    parts = {name: torch.randn(shape, generator=generator) for name, shape in sizes.items()}
    encoder = student.stand_in("RecurrentEncoder", parts | {"bridge": torch.randn(5, 5, generator=generator)})
    more = {"score": torch.randn(5, 7, generator=generator), "look": torch.zeros(5, 5)}
    decoder = student.stand_in("RecurrentDecoder", parts | more)
    model = student.build("Seq2Seq", encoder, decoder, CPU)
    cotangent = torch.zeros(2, 3, 7)
    cotangent[:, 2] = torch.randn(2, 7, generator=generator)  # only the last step counts
    source = torch.randint(7, (2, 3), generator=generator)
    found = model.gradients(source, cotangents=[cotangent]).parameters
    for name in ("encoder_table", "encoder_keep", "encoder_bridge", "decoder_table", "decoder_keep", "decoder_score"):
        gradient = next((value for key, value in found.items() if key.endswith(name)), None)
        reached = isinstance(gradient, torch.Tensor) and bool((gradient != 0).any())
        require(reached, f"no gradient reaches the {name.partition('_')[0]}'s weights")


def require_looked(student, source, kind, expected):
    """Fail unless the first steps are as expected."""
    got = translate(student, source, kind, attention=True)
    whole = require_tensor(got, (*source.shape, V), "the result")
    require_close(whole[:, : expected.shape[1]], expected, "the result")


@looking
def test_decoder_sees_outputs(student):
    """With attention, the decoder gets the encoder's outputs in its first step.

    It is the third argument of the decoder: the first value that the encoder has returned.
    """
    for kind in KINDS:
        strengths = [[8.4], [7.2]] if kind == "RNN" else [[10.2], [8.6]]  # the mean id is 4.5 and 3.5
        require_looked(student, torch.tensor([[2, 7], [6, 1]]), kind, scores([[4], [1]], strengths))


@looking
@both_kinds
def test_decoder_sees_outputs_in_every_step(student, kind):
    """With attention, the decoder gets the encoder's outputs, all T of them, in every step.

    Pass the whole tensor (N, T, H), not the output at the step's own position.
    """
    strengths = [[5.6, 6.6, 7.6], [8.2, 9.2, 10.2]] if kind == "RNN" else [[6.8, 5.8, 4.8], [10.6, 9.6, 8.6]]
    source = torch.tensor([[2, 1, 3], [10, 0, 2]])
    require_looked(student, source, kind, scores([[4, 7, 6], [12, 11, 10]], strengths))
