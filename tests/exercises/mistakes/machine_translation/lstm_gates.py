"""One gate of the LSTM is wrong: the same slip in each of the four lines that look so much alike."""

from __future__ import annotations

from itertools import combinations

from autograder.judging.catalogue import Mistake

MODULE = "models/naive/LSTM.py"
NAMES = {"i": "input gate", "f": "forget gate", "g": "candidate g", "o": "output gate"}
# What the four names of a line stand for, by the two letters before the gate's own.
PARTS = {"W_i": "input weight", "b_i": "input bias", "W_h": "hidden weight", "b_h": "hidden bias"}


def line(gate: str) -> str:
    """The reference's line of a gate."""
    function = "tanh" if gate == "g" else "sigmoid"
    terms = f"x_t @ self.W_i{gate} + self.b_i{gate} + h_t @ self.W_h{gate} + self.b_h{gate}"
    return f"{gate}_t = torch.{function}({terms})"


def mistake(id: str, sentence: str, hint: str, gate: str, old: str, new: str) -> Mistake:
    """A mistake in the line of one gate."""
    return Mistake(id, MODULE, sentence, hint, ["lstm_forward"], [(line(gate), line(gate).replace(old, new))])


MISSING_BIAS = tuple(
    mistake(
        f"lstm-{gate}-without-{part.replace('_', '').lower()}",
        f"The {NAMES[gate]} leaves out its {PARTS[part]}.",
        f"Count the terms inside the brackets of {gate}_t; each gate is a sum of four.",
        gate,
        f" + self.{part}{gate}",
        "",
    )
    for gate in NAMES
    for part in ("b_i", "b_h")
    if (gate, part) != ("f", "b_h")  # lstm-bias-once
)
# A line is copied from one above it, and one of its names keeps the old letter.
COPIED = tuple(
    mistake(
        f"lstm-{gate}-with-{part.replace('_', '').lower()}{other}",
        f"The {NAMES[gate]} uses the {PARTS[part]} of the {NAMES[other]}.",
        f"In the line of {gate}_t, the second letter of every index must be the same; check all four names.",
        gate,
        f"self.{part}{gate}",
        f"self.{part}{other}",
    )
    for other, gate in combinations(NAMES, 2)
    for part in PARTS
    if (gate, other, part) != ("o", "g", "W_h")  # lstm-wrong-weight
)
BIAS_TWICE = tuple(
    mistake(
        f"lstm-{gate}-bias-twice",
        f"The {NAMES[gate]} adds its input bias twice and leaves out its hidden bias.",
        f"Read the line of {gate}_t letter by letter; the letter after b_ says what is read, input or hidden state.",
        gate,
        f"self.b_h{gate}",
        f"self.b_i{gate}",
    )
    for gate in "ifg"
)
TRANSPOSED = tuple(
    mistake(
        f"lstm-{gate}-transposed",
        f"The {NAMES[gate]} uses its hidden weight transposed.",
        f"Square matrices hide a transpose: give W_h{gate} a single 1 off the diagonal and follow two steps on paper.",
        gate,
        f"self.W_h{gate}",
        f"self.W_h{gate}.t()",
    )
    for gate in "igo"
)
RAW = tuple(
    mistake(
        f"lstm-{gate}-raw",
        f"The {NAMES[gate]} has no activation: the plain sum is used.",
        f"Write down between which two numbers {gate}_t must lie, and print the largest number that it has.",
        gate,
        line(gate).partition("(")[0].partition("= ")[2],
        "",
    )
    for gate in NAMES
)
OTHER_FUNCTION = tuple(
    mistake(
        f"lstm-{gate}-{new}",
        f"The {NAMES[gate]} goes through {spoken}.",
        "Write down between which two numbers a gate must lie, and check this for each of your four lines.",
        gate,
        f"torch.{old}",
        f"torch.{new}",
    )
    for gate, old, new, spoken in (
        ("i", "sigmoid", "tanh", "tanh instead of the sigmoid"),
        ("f", "sigmoid", "tanh", "tanh instead of the sigmoid"),
        ("i", "sigmoid", "relu", "a ReLU instead of the sigmoid"),
        ("f", "sigmoid", "relu", "a ReLU instead of the sigmoid"),
        ("o", "sigmoid", "relu", "a ReLU instead of the sigmoid"),
        ("g", "tanh", "relu", "a ReLU instead of tanh"),
    )
)

MISTAKES = (*MISSING_BIAS, *COPIED, *BIAS_TWICE, *TRANSPOSED, *RAW, *OTHER_FUNCTION)
