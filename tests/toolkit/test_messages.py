"""What a student reads about one wrong answer for each step: in graded feedback and in the check under the step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from autograder.authoring.course import Course
from autograder.student.check import CheckFailed, check
from tests.exercises.mistakes.grading import ASSIGNMENT, MISTAKES, ROOT, grade_all, reference

BY_ID = {mistake.id: mistake for mistake in MISTAKES}


@dataclass(frozen=True)
class Case:
    """A wrong answer to a step, and what must be said about it.

    Attributes:
        step: the step.
        mistake: name of the mistake in the catalogue.
        title: part of the sentence about the behaviour.
        brief: what is wrong.
        hint: part of the first thing to look at.
    """

    step: str
    mistake: str
    title: str
    brief: str
    hint: str


CASES = (
    Case(
        "lstm_parameters",
        "lstm-one-bias-a-gate",
        "has sixteen trainable float32 parameters",
        "LSTM should have sixteen parameters",
        "an nn.Parameter of its own that is stored in self",
    ),
    Case(
        "lstm_forward",
        "lstm-no-tanh-out",
        "With all gates open and g = 1, the memory counts the steps",
        "the values of h_t are wrong",
        "h is tanh(c), because o = 1",
    ),
    Case(
        "encoder_rnn",
        "encoder-relu-rnn",
        "With an RNN that only passes on its input, each output is tanh of that word's embedding",
        "the values of output are wrong",
        "The output is the RNN's own",
    ),
    Case(
        "encoder_lstm",
        "encoder-lstm-pair-swapped",
        "the cell does not take its place",
        "the values of cell are wrong",
        "output, (hidden, cell) is the order",
    ),
    Case(
        "decoder",
        "decoder-softmax",
        "the result is the logarithm of that bias's softmax",
        "the values of the log-probabilities are wrong",
        "The last operation is a log-softmax over the V words",
    ),
    Case(
        "attention",
        "attention-softmax-batch",
        "the weights are positive, sum to 1",
        "the values of the weights are wrong",
        "The softmax runs over the T positions: the last dimension",
    ),
    Case(
        "decoder_attention",
        "context-second",
        "reads the context first and the embedding second",
        "the values of the new hidden state are wrong",
        "torch.cat((context, embedded), 2)",
    ),
    Case(
        "seq2seq",
        "loop-argmin",
        "A sentence gives the same result after other sentences",
        "the values of the most likely words are wrong",
        "in each of T steps keep the log-probabilities, the new state and the argmax",
    ),
    Case(
        "seq2seq_attention",
        "loop-no-outputs",
        "the decoder gets the encoder's outputs in its first step",
        "Seq2Seq.forward raised ValueError in models/seq2seq/Seq2Seq.py, line",
        "the third argument of the decoder",
    ),
    Case(
        "transformer_embed",
        "embed-no-position",
        "A word's vector and its position's vector are added",
        "the values of the result of embed are wrong",
        "row t of the position embedding for the position t",
    ),
    Case(
        "transformer_attention",
        "heads-no-scale",
        "A head weighs the values by the softmax of the scaled scores",
        "the values of the result are wrong",
        "The scale is √dim_k",
    ),
    Case(
        "transformer_feedforward",
        "feed-no-relu",
        "Linear, ReLU, Linear, then the sum with the input, then LayerNorm",
        "the values of the result are wrong",
        "The ReLU stops what is negative",
    ),
    Case(
        "transformer_final",
        "final-softmax",
        "The scores are raw",
        "the values of the scores are wrong",
        "No softmax: the loss",
    ),
    Case(
        "transformer_forward",
        "forward-no-attention",
        "forward runs embed, multi_head_attention, feedforward_layer and final_layer, in this order",
        "the values of forward(inputs) are wrong",
        "Each one gets what the one before has returned",
    ),
    Case(
        "full_forward",
        "full-no-causal",
        "A position does not see the target words after it",
        "positions that change with word 2 of sentence 1 are wrong",
        "The causal mask",
    ),
    Case(
        "full_generate",
        "generate-teacher",
        "Each step's most likely word is read in the next step",
        "the values of the most likely words are wrong",
        "Each later one follows from the word before",
    ),
    Case(
        "theory_gradient",
        "theory-direct-only",
        "the loss at t = 2 also depends on U through h₁",
        "the values of the gradient are wrong",
        "goes back through W",
    ),
)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.step)


@pytest.fixture(scope="module")
def modules() -> dict[str, bytes]:
    return reference()


@pytest.fixture(scope="module")
def results(modules: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The results of every case by step, graded in one session."""
    submissions = {case.step: BY_ID[case.mistake].made_from(modules) for case in CASES}
    return grade_all(submissions, tmp_path_factory.mktemp("messages"))


def plain(markdown: str) -> str:
    """Text without the backslashes that keep it from being markup."""
    return re.sub(r"\\(?=[\\`*_\[\]|#~])", "", markdown)


def sections(markdown: str) -> list[str]:
    """The part of each failed test."""
    return ["**✗ " + part for part in plain(markdown).split("**✗ ")[1:]]


def test_every_step_has_a_case() -> None:
    assert [case.step for case in CASES] == [step.id for step in Course(ROOT).load(ASSIGNMENT).steps]


@each_case
def test_feedback_names_the_step_the_behaviour_and_what_to_try(results: dict[str, dict[str, Any]], case: Case) -> None:
    found = results[case.step]
    (entry,) = [entry for entry in found["tests"] if entry["extra_data"]["step"] == case.step]
    assert entry["name"] == case.step
    assert entry["status"] == "failed"
    assert entry["score"] < entry["max_score"]
    failed = sections(entry["output"])
    (told,) = [part for part in failed if case.title in part.splitlines()[0] and "(hidden test)" not in part][:1]
    assert re.fullmatch(r"\*\*✗ .+\.\*\*", told.splitlines()[0]), "the title is one sentence"
    assert any(case.brief in part for part in failed)
    hints = [line.removeprefix("*Try:* ") for line in plain(entry["output"]).splitlines() if line.startswith("*Try:*")]
    assert any(case.hint in hint for hint in hints), hints
    suspicions = found["extra_data"]["steps"][case.step]["suspicions"]
    assert case.mistake in suspicions
    assert len(hints) == len(failed) + len(suspicions), "each failed test and each suspicion has something to try"
    assert "Traceback" not in entry["output"]


@each_case
def test_the_summary_says_where_to_start(results: dict[str, dict[str, Any]], case: Case) -> None:
    costs = BY_ID[case.mistake].costs
    start = re.search(r"Start with \*\*(\w+)\*\*: \S", plain(results[case.step]["output"]))
    assert start
    assert start[1] == costs[0]


@each_case
def test_hidden_tests_keep_their_numbers(results: dict[str, dict[str, Any]], case: Case) -> None:
    for entry in results[case.step]["tests"]:
        for part in sections(entry["output"]):
            if "(hidden test)" in part:
                assert "```" not in part
                assert "expected" not in part


@each_case
def test_the_local_check_raises_one_line(
    modules: dict[str, bytes], case: Case, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mistake = BY_ID[case.mistake]
    monkeypatch.chdir(ROOT / "source" / ASSIGNMENT)
    scope: dict[str, Any] = {"check": check}
    exec(compile(mistake.made_from(modules)[mistake.module], mistake.module, "exec"), scope)
    with pytest.raises(CheckFailed) as caught:
        exec(f"check({case.step!r})", scope)
    message = str(caught.value)
    assert "\n" not in message
    assert re.match(rf"{case.step}: \d+ of \d+ checks failed\. First: ", message), message
    assert case.brief in message.split("First: ")[1]
    table = " ".join(capsys.readouterr().out.split())
    assert case.title in table
    assert "Try: " in table


@each_case
def test_the_right_answer_is_told_so(
    modules: dict[str, bytes], case: Case, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = BY_ID[case.mistake].module
    monkeypatch.chdir(ROOT / "source" / ASSIGNMENT)
    scope: dict[str, Any] = {"check": check}
    exec(compile(modules[module], module, "exec"), scope)
    exec(f"check({case.step!r})", scope)
    said = capsys.readouterr().out
    assert said.startswith(f"{case.step} · ")
    assert "✗" not in said
