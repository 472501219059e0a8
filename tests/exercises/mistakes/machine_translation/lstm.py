"""The naive LSTM."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/naive/LSTM.py"

MISTAKES = (
    Mistake(
        "lstm-input-weights-transposed",
        MODULE,
        "The input weights are (hidden, input) and used transposed.",
        "",
        ["lstm_parameters"],
        [
            (
                "self.W_ii = nn.Parameter(torch.empty(input_size, hidden_size))",
                "self.W_ii = nn.Parameter(torch.empty(hidden_size, input_size))",
            ),
            (
                "self.W_if = nn.Parameter(torch.empty(input_size, hidden_size))",
                "self.W_if = nn.Parameter(torch.empty(hidden_size, input_size))",
            ),
            (
                "self.W_ig = nn.Parameter(torch.empty(input_size, hidden_size))",
                "self.W_ig = nn.Parameter(torch.empty(hidden_size, input_size))",
            ),
            (
                "self.W_io = nn.Parameter(torch.empty(input_size, hidden_size))",
                "self.W_io = nn.Parameter(torch.empty(hidden_size, input_size))",
            ),
            ("x_t @ self.W_ii", "x_t @ self.W_ii.t()"),
            ("x_t @ self.W_if", "x_t @ self.W_if.t()"),
            ("x_t @ self.W_ig", "x_t @ self.W_ig.t()"),
            ("x_t @ self.W_io", "x_t @ self.W_io.t()"),
        ],
    ),
    Mistake(
        "lstm-one-bias-a-gate",
        MODULE,
        "Each gate has one bias instead of two.",
        "",
        ["lstm_parameters"],
        [
            ("        self.b_hi = nn.Parameter(torch.empty(hidden_size))\n", ""),
            ("        self.b_hf = nn.Parameter(torch.empty(hidden_size))\n", ""),
            ("        self.b_hg = nn.Parameter(torch.empty(hidden_size))\n", ""),
            ("        self.b_ho = nn.Parameter(torch.empty(hidden_size))\n", ""),
            (" + self.b_hi)", ")"),
            (" + self.b_hf)", ")"),
            (" + self.b_hg)", ")"),
            (" + self.b_ho)", ")"),
        ],
    ),
    Mistake(
        "lstm-plain-tensors",
        MODULE,
        "The parameters are plain tensors.",
        "",
        ["lstm_parameters", "lstm_forward"],
        [("nn.Parameter(torch.empty", "(torch.randn")],
    ),
    Mistake(
        "lstm-frozen",
        MODULE,
        "The biases are not trainable.",
        "",
        ["lstm_parameters", "lstm_forward"],
        [("nn.Parameter(torch.empty(hidden_size))", "nn.Parameter(torch.empty(hidden_size), requires_grad=False)")],
    ),
    Mistake(
        "lstm-shared-memory",
        MODULE,
        "Two parameters share memory.",
        "",
        ["lstm_parameters", "lstm_forward"],
        [
            (
                "self.W_hf = nn.Parameter(torch.empty(hidden_size, hidden_size))",
                "self.W_hf = nn.Parameter(self.W_hi.data)",
            )
        ],
    ),
    Mistake(
        "lstm-alias",
        MODULE,
        "Two names are one parameter.",
        "",
        ["lstm_parameters", "lstm_forward"],
        [("self.b_ho = nn.Parameter(torch.empty(hidden_size))", "self.b_ho = self.b_io")],
    ),
    Mistake(
        "lstm-fixed-size",
        MODULE,
        "A size is written as a number.",
        "",
        ["lstm_parameters", "lstm_forward"],
        [("self.b_hi = nn.Parameter(torch.empty(hidden_size))", "self.b_hi = nn.Parameter(torch.empty(3))")],
    ),
    Mistake(
        "lstm-double",
        MODULE,
        "The input weights are float64.",
        "",
        ["lstm_parameters", "lstm_forward"],
        [("torch.empty(input_size, hidden_size)", "torch.empty(input_size, hidden_size, dtype=torch.float64)")],
    ),
    Mistake(
        "lstm-gates-swapped",
        MODULE,
        "Input and forget gate are swapped.",
        "",
        ["lstm_forward"],
        [("f_t * c_t + i_t * g_t", "i_t * c_t + f_t * g_t")],
    ),
    Mistake(
        "lstm-g-sigmoid",
        MODULE,
        "g takes the sigmoid instead of tanh.",
        "",
        ["lstm_forward"],
        [("g_t = torch.tanh", "g_t = torch.sigmoid")],
    ),
    Mistake(
        "lstm-o-tanh",
        MODULE,
        "o takes tanh instead of the sigmoid.",
        "",
        ["lstm_forward"],
        [("o_t = torch.sigmoid", "o_t = torch.tanh")],
    ),
    Mistake(
        "lstm-no-tanh-out",
        MODULE,
        "h = o * c: the tanh around c is missing.",
        "",
        ["lstm_forward"],
        [("o_t * torch.tanh(c_t)", "o_t * c_t")],
    ),
    Mistake(
        "lstm-hidden-transposed",
        MODULE,
        "A hidden weight is transposed.",
        "",
        ["lstm_forward"],
        [("h_t @ self.W_hf", "h_t @ self.W_hf.t()")],
    ),
    Mistake(
        "lstm-all-hidden-transposed",
        MODULE,
        "All hidden weights are transposed.",
        "",
        ["lstm_forward"],
        [
            ("h_t @ self.W_hi", "h_t @ self.W_hi.t()"),
            ("h_t @ self.W_hf", "h_t @ self.W_hf.t()"),
            ("h_t @ self.W_hg", "h_t @ self.W_hg.t()"),
            ("h_t @ self.W_ho", "h_t @ self.W_ho.t()"),
        ],
    ),
    Mistake(
        "lstm-wrong-bias",
        MODULE,
        "The output gate adds its input bias twice and leaves out the hidden one.",
        "",
        ["lstm_forward"],
        [("h_t @ self.W_ho + self.b_ho", "h_t @ self.W_ho + self.b_io")],
    ),
    Mistake(
        "lstm-wrong-weight",
        MODULE,
        "o uses the hidden weight of g.",
        "",
        ["lstm_forward"],
        [("h_t @ self.W_ho", "h_t @ self.W_hg")],
    ),
    Mistake(
        "lstm-new-h-in-gate",
        MODULE,
        "The output gate reads tanh(c) instead of the old h.",
        "",
        ["lstm_forward"],
        [
            (
                "            h_t = o_t * torch.tanh(c_t)",
                (
                    "            h_t = torch.tanh(c_t)\n"
                    "            o_t = torch.sigmoid(x_t @ self.W_io + self.b_io + h_t @ self.W_ho + "
                    "self.b_ho)\n"
                    "            h_t = o_t * h_t"
                ),
            )
        ],
    ),
    Mistake(
        "lstm-last-step-missing",
        MODULE,
        "The last position is not read.",
        "",
        ["lstm_forward"],
        [("for t in range(seq_len):", "for t in range(max(1, seq_len - 1)):")],
    ),
    Mistake(
        "lstm-reversed",
        MODULE,
        "Positions are read from the end.",
        "",
        ["lstm_forward"],
        [("x_t = x[:, t]", "x_t = x[:, seq_len - 1 - t]")],
    ),
    Mistake(
        "lstm-time-first",
        MODULE,
        "The dimensions of batch and time are swapped.",
        "",
        ["lstm_forward"],
        [("batch_size, seq_len, _ = x.shape", "seq_len, batch_size, _ = x.shape"), ("x_t = x[:, t]", "x_t = x[t]")],
    ),
    Mistake(
        "lstm-state-kept",
        MODULE,
        "The state survives between calls.",
        "",
        ["lstm_forward"],
        [
            (
                "        c_t = torch.zeros_like(h_t)\n",
                (
                    "        c_t = torch.zeros_like(h_t)\n"
                    "        if getattr(self, 'kept', None) is not None and self.kept[0].shape == h_t.shape:\n"
                    "            h_t, c_t = self.kept\n"
                ),
            ),
            ("        return h_t, c_t", ("        self.kept = (h_t.detach(), c_t.detach())\n        return h_t, c_t")),
        ],
    ),
    Mistake(
        "lstm-detach",
        MODULE,
        "The state is detached in each step.",
        "",
        ["lstm_forward"],
        [("c_t = f_t * c_t", "c_t = f_t * c_t.detach()")],
    ),
    Mistake(
        "lstm-order-of-return",
        MODULE,
        "The states are returned as (c, h), not as (h, c).",
        "",
        ["lstm_forward"],
        [("return h_t, c_t", "return c_t, h_t")],
    ),
    Mistake(
        "lstm-double-out",
        MODULE,
        "The states come out as float64.",
        "",
        ["lstm_forward"],
        [("return h_t, c_t", "return h_t.double(), c_t.double()")],
    ),
    Mistake(
        "lstm-mutates",
        MODULE,
        "x is changed in place.",
        "",
        ["lstm_forward"],
        [("x_t = x[:, t]", "x_t = x[:, t]; x[:, t] *= 2")],
    ),
    Mistake(
        "lstm-random-start",
        MODULE,
        "The start state is random.",
        "",
        ["lstm_forward"],
        [("c_t = torch.zeros_like(h_t)", "c_t = 0.1 * torch.randn_like(h_t)")],
    ),
    Mistake(
        "lstm-bias-once",
        MODULE,
        "The hidden bias of f is forgotten.",
        "",
        ["lstm_forward"],
        [(" + self.b_hf)", ")")],
    ),
    Mistake(
        "lstm-unbatched-return",
        MODULE,
        "squeeze() removes the batch dimension of a single sequence.",
        "",
        ["lstm_forward"],
        [("return h_t, c_t", "return h_t.squeeze(), c_t.squeeze()")],
    ),
    Mistake(
        "lstm-zeros",
        MODULE,
        "The states that come out are zeros.",
        "",
        ["lstm_forward"],
        [("return h_t, c_t", "return torch.zeros_like(h_t), torch.zeros_like(c_t)")],
    ),
)
