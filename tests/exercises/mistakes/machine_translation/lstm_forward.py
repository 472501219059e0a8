"""The LSTM's way through a sequence."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/naive/LSTM.py"

MISTAKES = (
    Mistake(
        "lstm-gates-swapped",
        MODULE,
        "The input gate and the forget gate are swapped in the new cell state.",
        "Say in words what each of the two gates decides, then check which one stands beside the old memory.",
        ["lstm_forward"],
        [("f_t * c_t + i_t * g_t", "i_t * c_t + f_t * g_t")],
    ),
    Mistake(
        "lstm-g-sigmoid",
        MODULE,
        "The candidate g goes through the sigmoid instead of tanh.",
        (
            "Ask whether c_t can ever become negative in your code, and compare the four activation "
            "functions with the equations."
        ),
        ["lstm_forward"],
        [("g_t = torch.tanh", "g_t = torch.sigmoid")],
    ),
    Mistake(
        "lstm-o-tanh",
        MODULE,
        "The output gate goes through tanh instead of the sigmoid.",
        "Write down between which two numbers a gate must lie, and check this for each of your gates.",
        ["lstm_forward"],
        [("o_t = torch.sigmoid", "o_t = torch.tanh")],
    ),
    Mistake(
        "lstm-no-tanh-out",
        MODULE,
        "The new hidden state is the output gate times c, without the tanh around c.",
        "Do the first row of the example by hand and compare its last column with your h_t.",
        ["lstm_forward"],
        [("o_t * torch.tanh(c_t)", "o_t * c_t")],
    ),
    Mistake(
        "lstm-hidden-transposed",
        MODULE,
        "The forget gate uses its hidden weight transposed.",
        "Square matrices hide a transpose: give W_hf a single 1 off the diagonal and follow two steps on paper.",
        ["lstm_forward"],
        [("h_t @ self.W_hf", "h_t @ self.W_hf.t()")],
    ),
    Mistake(
        "lstm-all-hidden-transposed",
        MODULE,
        "The hidden weights are used transposed in all four gates.",
        "Set H = 2, let one hidden weight have a single 1 off the diagonal, and compute the product with h_t by hand.",
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
        "The output gate adds its input bias twice and leaves out its hidden bias.",
        "Read the line of o_t letter by letter; the first letter after b_ says what is read, input or hidden state.",
        ["lstm_forward"],
        [("h_t @ self.W_ho + self.b_ho", "h_t @ self.W_ho + self.b_io")],
    ),
    Mistake(
        "lstm-wrong-weight",
        MODULE,
        "The output gate uses the hidden weight of the candidate g.",
        "In the line of o_t, the second letter of every index must be the same; check all four names.",
        ["lstm_forward"],
        [("h_t @ self.W_ho", "h_t @ self.W_hg")],
    ),
    Mistake(
        "lstm-new-h-in-gate",
        MODULE,
        "The output gate reads tanh of the new cell state in place of the old hidden state.",
        "Look at which line h_t gets its new value; all four gates must be finished before it.",
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
        "The last position of the sequence is not read.",
        "Change only the last position of x and see whether h_t moves, then look at the limits of your loop.",
        ["lstm_forward"],
        [("for t in range(seq_len):", "for t in range(max(1, seq_len - 1)):")],
    ),
    Mistake(
        "lstm-reversed",
        MODULE,
        "The positions are read from the last one to the first.",
        "Write down which positions your loop selects for t = 0, 1 and 2 when T = 3.",
        ["lstm_forward"],
        [("x_t = x[:, t]", "x_t = x[:, seq_len - 1 - t]")],
    ),
    Mistake(
        "lstm-time-first",
        MODULE,
        "The first dimension of x is taken for time and the second one for the batch.",
        "Choose N = 3 and T = 5 and write down the shapes of x_t and h_t beside the lines that make them.",
        ["lstm_forward"],
        [("batch_size, seq_len, _ = x.shape", "seq_len, batch_size, _ = x.shape"), ("x_t = x[:, t]", "x_t = x[t]")],
    ),
    Mistake(
        "lstm-state-kept",
        MODULE,
        "A call starts from the last states of the call before instead of zeros.",
        "Call the model twice with the same x and compare; then look for states that forward stores in self.",
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
        "The cell state is cut off from the graph in every step, so no gradient gets back to earlier steps.",
        "Look at the gradient of x position by position, and search your loop for detach() or .data.",
        ["lstm_forward"],
        [("c_t = f_t * c_t", "c_t = f_t * c_t.detach()")],
    ),
    Mistake(
        "lstm-order-of-return",
        MODULE,
        "The two states come back in the wrong order, the cell state first.",
        "Read the docstring of forward once more: it names the two results in their order.",
        ["lstm_forward"],
        [("return h_t, c_t", "return c_t, h_t")],
    ),
    Mistake(
        "lstm-double-out",
        MODULE,
        "The states come back as float64 although x is float32.",
        "Search forward for a line that changes the dtype; what goes in as float32 must come out as float32.",
        ["lstm_forward"],
        [("return h_t, c_t", "return h_t.double(), c_t.double()")],
    ),
    Mistake(
        "lstm-mutates",
        MODULE,
        "The input x itself is changed while it is read.",
        "Compare x before and after a call, and remember that a slice of a tensor is not a copy.",
        ["lstm_forward"],
        [("x_t = x[:, t]", "x_t = x[:, t]; x[:, t] *= 2")],
    ),
    Mistake(
        "lstm-random-start",
        MODULE,
        "The cell state starts from random numbers instead of zeros.",
        "Call the model twice with the same x; if the results differ, look at the lines before the loop.",
        ["lstm_forward"],
        [("c_t = torch.zeros_like(h_t)", "c_t = 0.1 * torch.randn_like(h_t)")],
    ),
    Mistake(
        "lstm-bias-once",
        MODULE,
        "The forget gate leaves out its hidden bias.",
        "Count the terms inside the brackets of f_t; each gate is a sum of four.",
        ["lstm_forward"],
        [(" + self.b_hf)", ")")],
    ),
    Mistake(
        "lstm-unbatched-return",
        MODULE,
        "squeeze() removes the batch dimension when there is a single sequence.",
        "Call the model with N = 1 and write down the two shapes that come back.",
        ["lstm_forward"],
        [("return h_t, c_t", "return h_t.squeeze(), c_t.squeeze()")],
    ),
    Mistake(
        "lstm-zeros",
        MODULE,
        "The states that come back are all zeros.",
        "Check that the names in your return line are those that the loop has given new values to.",
        ["lstm_forward"],
        [("return h_t, c_t", "return torch.zeros_like(h_t), torch.zeros_like(c_t)")],
    ),
    Mistake(
        "lstm-state-in-loop",
        MODULE,
        "The states start from zeros again at every position.",
        "Change only the first position of x; if h_t stays the same, look where your zeros are made.",
        ["lstm_forward"],
        [
            (
                "            x_t = x[:, t]  # (N, input_size)\n",
                (
                    "            x_t = x[:, t]  # (N, input_size)\n"
                    "            h_t, c_t = torch.zeros_like(h_t), torch.zeros_like(c_t)\n"
                ),
            )
        ],
    ),
    Mistake(
        "lstm-no-old-cell",
        MODULE,
        "The new cell state forgets the old one: the term with the forget gate is missing.",
        "Look for Cleo's symptom in the section on broken versions, and count the terms of your new c_t.",
        ["lstm_forward"],
        [("f_t * c_t + i_t * g_t", "i_t * g_t")],
    ),
    Mistake(
        "lstm-h-from-old-cell",
        MODULE,
        "The new hidden state is made from the old cell state instead of the new one.",
        "Put the last two lines of your loop beside the last two equations and compare their order.",
        ["lstm_forward"],
        [
            (
                ("            c_t = f_t * c_t + i_t * g_t\n            h_t = o_t * torch.tanh(c_t)"),
                ("            h_t = o_t * torch.tanh(c_t)\n            c_t = f_t * c_t + i_t * g_t"),
            )
        ],
    ),
    Mistake(
        "lstm-i-o-swapped",
        MODULE,
        "The input gate and the output gate are swapped.",
        "Check which gate lets the candidate in, and which one decides how much of the memory is shown.",
        ["lstm_forward"],
        [("f_t * c_t + i_t * g_t", "f_t * c_t + o_t * g_t"), ("o_t * torch.tanh(c_t)", "i_t * torch.tanh(c_t)")],
    ),
    Mistake(
        "lstm-all-steps",
        MODULE,
        "The hidden states of all positions come back instead of the last one.",
        "Write down the shape of the first thing that you return; T must not be in it.",
        ["lstm_forward"],
        [
            ("        for t in range(seq_len):", ("        kept = []\n        for t in range(seq_len):")),
            (
                "            h_t = o_t * torch.tanh(c_t)\n",
                ("            h_t = o_t * torch.tanh(c_t)\n            kept.append(h_t)\n"),
            ),
            ("return h_t, c_t", "return torch.stack(kept, dim=1), c_t"),
        ],
    ),
    Mistake(
        "lstm-extra-dimension",
        MODULE,
        "The states have the shape (1, N, hidden_size), with one dimension too many.",
        "Compare with the docstring of forward; the extra 1 is a habit of PyTorch's own layers, not of this class.",
        ["lstm_forward"],
        [("return h_t, c_t", "return h_t.unsqueeze(0), c_t.unsqueeze(0)")],
    ),
    Mistake(
        "lstm-loop-over-batch",
        MODULE,
        "The loop makes as many steps as there are sequences, not as there are positions.",
        "Call the model with N = 2 and T = 5 and count on paper how often your loop runs.",
        ["lstm_forward"],
        [("for t in range(seq_len):", "for t in range(min(batch_size, seq_len)):")],
    ),
)
