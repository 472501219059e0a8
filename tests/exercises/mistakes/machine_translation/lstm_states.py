"""The LSTM's two states: how they begin, what they become, and when."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/naive/LSTM.py"
CELL = "c_t = f_t * c_t + i_t * g_t"
HIDDEN = "h_t = o_t * torch.tanh(c_t)"
START_H = "h_t = torch.zeros(batch_size, self.hidden_size, dtype=x.dtype, device=x.device)"
START_C = "c_t = torch.zeros_like(h_t)"
LOOP = "for t in range(seq_len):"
TERMS = "Put your new c_t beside the equation and say of each of its letters where it stands in your line."
SHOWN = "Do the first row of the example by hand and compare its last column with your h_t."
BEFORE = "Call the model twice with the same x and with T = 1; then look at the two lines before the loop."
LIMITS = "Change one position of x at a time and see whether h_t moves; then look at the limits of your loop."
GRAPH = "Look at the gradient of x position by position, and search your loop for detach() or .data."


def mistake(id: str, sentence: str, hint: str, *edits: tuple[str, str]) -> Mistake:
    """A mistake that costs the way through the sequence."""
    return Mistake(id, MODULE, sentence, hint, ["lstm_forward"], edits)


MISTAKES = (
    mistake(
        "lstm-no-forget-gate",
        "The forget gate is left out of the new cell state: nothing is ever forgotten.",
        TERMS,
        (CELL, "c_t = c_t + i_t * g_t"),
    ),
    mistake(
        "lstm-no-input-gate",
        "The input gate is left out of the new cell state: the candidate comes in as it is.",
        TERMS,
        (CELL, "c_t = f_t * c_t + g_t"),
    ),
    mistake(
        "lstm-no-candidate",
        "The candidate g is left out of the new cell state: the input gate itself is added.",
        TERMS,
        (CELL, "c_t = f_t * c_t + i_t"),
    ),
    mistake(
        "lstm-candidate-kept",
        "The forget gate is multiplied with the candidate instead of the old cell state.",
        TERMS,
        (CELL, "c_t = f_t * g_t + i_t * g_t"),
    ),
    mistake(
        "lstm-cell-of-hidden",
        "The new cell state is made from the old hidden state instead of the old cell state.",
        TERMS,
        (CELL, "c_t = f_t * h_t + i_t * g_t"),
    ),
    mistake(
        "lstm-cell-product",
        "The two halves of the new cell state are multiplied instead of added.",
        TERMS,
        (CELL, "c_t = (f_t * c_t) * (i_t * g_t)"),
    ),
    mistake(
        "lstm-cell-tanh",
        "The cell state itself goes through tanh and is kept like this for the next step.",
        TERMS,
        (CELL, "c_t = torch.tanh(f_t * c_t + i_t * g_t)"),
    ),
    mistake(
        "lstm-no-output-gate",
        "The output gate is left out: the new hidden state is tanh of the cell state.",
        SHOWN,
        (HIDDEN, "h_t = torch.tanh(c_t)"),
    ),
    mistake(
        "lstm-hidden-of-candidate",
        "The new hidden state is made from the candidate g instead of the new cell state.",
        SHOWN,
        (HIDDEN, "h_t = o_t * torch.tanh(g_t)"),
    ),
    mistake(
        "lstm-hidden-sigmoid",
        "The cell state goes through the sigmoid instead of tanh on its way to the hidden state.",
        SHOWN,
        (HIDDEN, "h_t = o_t * torch.sigmoid(c_t)"),
    ),
    mistake(
        "lstm-hidden-tanh-around",
        "The tanh stands around the whole product instead of around the cell state alone.",
        SHOWN,
        (HIDDEN, "h_t = torch.tanh(o_t * c_t)"),
    ),
    mistake(
        "lstm-hidden-sum",
        "The output gate is added to tanh of the cell state instead of multiplied with it.",
        SHOWN,
        (HIDDEN, "h_t = o_t + torch.tanh(c_t)"),
    ),
    mistake(
        "lstm-hidden-input-gate",
        "The hidden state is made with the input gate instead of the output gate.",
        SHOWN,
        (HIDDEN, "h_t = i_t * torch.tanh(c_t)"),
    ),
    mistake(
        "lstm-hidden-forget-gate",
        "The hidden state is made with the forget gate instead of the output gate.",
        SHOWN,
        (HIDDEN, "h_t = f_t * torch.tanh(c_t)"),
    ),
    mistake(
        "lstm-random-h",
        "The hidden state starts from random numbers instead of zeros.",
        BEFORE,
        (START_H, START_H.replace("zeros", "randn")),
    ),
    mistake(
        "lstm-random-c",
        "The cell state starts from random numbers instead of zeros.",
        BEFORE,
        (START_C, "c_t = torch.randn_like(h_t)"),
    ),
    mistake(
        "lstm-random-both",
        "Both states start from random numbers instead of zeros.",
        BEFORE,
        (START_H, START_H.replace("zeros", "randn")),
        (START_C, "c_t = torch.randn_like(h_t)"),
    ),
    mistake(
        "lstm-ones-h",
        "The hidden state starts from ones instead of zeros.",
        BEFORE,
        (START_H, START_H.replace("zeros", "ones")),
    ),
    mistake(
        "lstm-ones-c",
        "The cell state starts from ones instead of zeros.",
        BEFORE,
        (START_C, "c_t = torch.ones_like(h_t)"),
    ),
    mistake(
        "lstm-ones-both",
        "Both states start from ones instead of zeros.",
        BEFORE,
        (START_H, START_H.replace("zeros", "ones")),
        (START_C, "c_t = torch.ones_like(h_t)"),
    ),
    mistake(
        "lstm-loop-too-short",
        "The last position of the sequence is not read.",
        LIMITS,
        (LOOP, "for t in range(seq_len - 1):"),
    ),
    mistake(
        "lstm-first-step-missing",
        "The first position of the sequence is not read.",
        LIMITS,
        (LOOP, "for t in range(1, seq_len):"),
    ),
    mistake(
        "lstm-one-position",
        "Every step reads the first position of the sequence again.",
        LIMITS,
        ("x_t = x[:, t]", "x_t = x[:, 0]"),
    ),
    mistake(
        "lstm-last-position",
        "Every step reads the last position of the sequence.",
        LIMITS,
        ("x_t = x[:, t]", "x_t = x[:, -1]"),
    ),
    mistake(
        "lstm-one-step",
        "Only the first position is read: the states come back out of the loop's first step.",
        "Look how far the return line stands to the right; the loop must be over before it.",
        (f"            {HIDDEN}\n\n        return h_t, c_t", f"            {HIDDEN}\n\n            return h_t, c_t"),
    ),
    mistake(
        "lstm-hidden-detached",
        "The hidden state is cut off from the graph in every step, so a part of the gradient is missing.",
        GRAPH,
        (HIDDEN, "h_t = (o_t * torch.tanh(c_t)).detach()"),
    ),
    mistake(
        "lstm-both-detached",
        "Both states are cut off from the graph in every step, so no gradient gets back to earlier steps.",
        GRAPH,
        (LOOP, f"{LOOP}\n            h_t, c_t = h_t.detach(), c_t.detach()"),
    ),
    mistake(
        "lstm-states-with-time",
        "The states have the shape (N, 1, hidden_size), with one dimension too many.",
        "Compare with the docstring of forward, and see which index keeps a dimension of size 1.",
        ("return h_t, c_t", "return h_t.unsqueeze(1), c_t.unsqueeze(1)"),
    ),
    mistake(
        "lstm-hidden-twice",
        "The hidden state comes back twice; the cell state is missing.",
        "Read your return line aloud, letter by letter.",
        ("return h_t, c_t", "return h_t, h_t"),
    ),
    mistake(
        "lstm-cell-twice",
        "The cell state comes back twice; the hidden state is missing.",
        "Read your return line aloud, letter by letter.",
        ("return h_t, c_t", "return c_t, c_t"),
    ),
    mistake(
        "lstm-hidden-only",
        "Only the hidden state comes back.",
        "Read the docstring of forward once more: it names two results.",
        ("return h_t, c_t", "return h_t"),
    ),
    mistake(
        "lstm-bias-product",
        "In all four gates, what comes from the input is multiplied with what comes from h instead of added.",
        "Read the four lines with a finger on each sign: there are three of them between four terms.",
        *((f"self.b_i{gate} + h_t", f"self.b_i{gate} * h_t") for gate in "ifgo"),
    ),
)
