"""The LSTM's parameters."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/naive/LSTM.py"

MISTAKES = (
    Mistake(
        "lstm-input-weights-transposed",
        MODULE,
        "The input weights have the shape (hidden_size, input_size) and are transposed when they are used.",
        "Compare the shape of each W_i* with the table of symbols; in these equations nothing is transposed.",
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
        "List the names of all your parameters and tick them off against the sixteen in the table of symbols.",
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
        "The weights and biases are plain tensors, so the model does not know them as parameters.",
        "Print len(list(model.parameters())) for a small model, then read the first hint under the check again.",
        ["lstm_parameters", "lstm_forward"],
        [("nn.Parameter(torch.empty", "(torch.randn")],
    ),
    Mistake(
        "lstm-frozen",
        MODULE,
        "The biases do not take part in training: they require no gradient.",
        "Print requires_grad of every entry of model.named_parameters() and look for the odd ones.",
        ["lstm_parameters", "lstm_forward"],
        [("nn.Parameter(torch.empty(hidden_size))", "nn.Parameter(torch.empty(hidden_size), requires_grad=False)")],
    ),
    Mistake(
        "lstm-shared-memory",
        MODULE,
        "Two parameters use the same memory, so changing one changes the other.",
        "Fill one parameter with zeros in a cell of your own and look which others become zero with it.",
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
        "Two of the sixteen names stand for one and the same parameter.",
        "Look in __init__ for a line that stores a parameter a second time, under another name.",
        ["lstm_parameters", "lstm_forward"],
        [("self.b_ho = nn.Parameter(torch.empty(hidden_size))", "self.b_ho = self.b_io")],
    ),
    Mistake(
        "lstm-fixed-size",
        MODULE,
        "The size of a parameter is a fixed number, whatever hidden_size says.",
        "Build two models with different sizes and compare all shapes; one of them does not change.",
        ["lstm_parameters", "lstm_forward"],
        [("self.b_hi = nn.Parameter(torch.empty(hidden_size))", "self.b_hi = nn.Parameter(torch.empty(3))")],
    ),
    Mistake(
        "lstm-double",
        MODULE,
        "The input weights are float64 instead of float32.",
        "Print the dtype of every parameter, then look where __init__ asks for another one.",
        ["lstm_parameters", "lstm_forward"],
        [("torch.empty(input_size, hidden_size)", "torch.empty(input_size, hidden_size, dtype=torch.float64)")],
    ),
    Mistake(
        "lstm-hidden-weights-rows",
        MODULE,
        "The hidden weights have input_size rows instead of hidden_size rows.",
        "Write down the shape of h_t, and below it the shape of a matrix that h_t can be multiplied by.",
        ["lstm_parameters", "lstm_forward"],
        [("torch.empty(hidden_size, hidden_size)", "torch.empty(input_size, hidden_size)")],
    ),
    Mistake(
        "lstm-row-biases",
        MODULE,
        "The biases have the shape (1, hidden_size) instead of (hidden_size,).",
        "Print the shapes of all biases and count their dimensions; the table of symbols gives them one.",
        ["lstm_parameters"],
        [("nn.Parameter(torch.empty(hidden_size))", "nn.Parameter(torch.empty(1, hidden_size))")],
    ),
    Mistake(
        "lstm-learned-start",
        MODULE,
        "The start state is one more parameter instead of zeros.",
        "Count your parameters, then look beside the equations for what h_0 and c_0 are.",
        ["lstm_parameters", "lstm_forward"],
        [
            (
                "        self.reset_parameters()\n",
                ("        self.h_0 = nn.Parameter(torch.empty(hidden_size))\n        self.reset_parameters()\n"),
            ),
            (
                "h_t = torch.zeros(batch_size, self.hidden_size, dtype=x.dtype, device=x.device)",
                "h_t = self.h_0.expand(batch_size, -1)",
            ),
        ],
    ),
)
