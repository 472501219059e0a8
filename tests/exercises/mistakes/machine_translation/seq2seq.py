"""The translation loop."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/seq2seq/Seq2Seq.py"
STOPS = """            if bool((token == 3).all()):
                steps += [torch.zeros_like(log_probs)] * (source.shape[1] - len(steps))
                break
"""

MISTAKES = (
    Mistake(
        "loop-second-word",
        MODULE,
        "The decoder starts with the second word of the source instead of the first.",
        "Write down y₁ for the source of the example by hand, and compare it with the first token of your loop.",
        ["seq2seq", "seq2seq_attention"],
        [("token = source[:, 0].unsqueeze(1)", "token = source[:, min(1, source.shape[1] - 1)].unsqueeze(1)")],
    ),
    Mistake(
        "loop-constant-start",
        MODULE,
        "The decoder starts with the id 2, whatever the source begins with.",
        "Answer prediction 2 of the section, with a source that begins with cat, and try it with your loop.",
        ["seq2seq", "seq2seq_attention"],
        [("token = source[:, 0].unsqueeze(1)", "token = torch.full((source.shape[0], 1), 2)")],
    ),
    Mistake(
        "loop-feeds-source",
        MODULE,
        "From the second step on, the decoder gets the source word of the position before, not its own prediction.",
        "Run the table decoder at the end of the section: each step must get the word that came out before.",
        ["seq2seq", "seq2seq_attention"],
        [
            ("for _ in range", "for t in range"),
            ("token = log_probs.argmax(dim=1, keepdim=True)", "token = source[:, t].unsqueeze(1)"),
        ],
    ),
    Mistake(
        "loop-same-token",
        MODULE,
        "The decoder gets the first token in every step.",
        "Write down token at t = 1, 2 and 3 for the example by hand and look which line should change it.",
        ["seq2seq", "seq2seq_attention"],
        [("            token = log_probs.argmax(dim=1, keepdim=True)\n", "")],
    ),
    Mistake(
        "loop-argmin",
        MODULE,
        "The least likely word goes into the next step instead of the most likely one.",
        "For the log-probabilities (−3, −0.1, −5), say which id your line chooses and which one it should be.",
        ["seq2seq", "seq2seq_attention"],
        [("argmax", "argmin")],
    ),
    Mistake(
        "loop-argmax-batch",
        MODULE,
        "The argmax runs over the sentences of the batch instead of the words.",
        "Write down the shape of log_probs, what each dimension stands for, and which one the argmax should remove.",
        ["seq2seq", "seq2seq_attention"],
        [
            (
                "token = log_probs.argmax(dim=1, keepdim=True)",
                "token = log_probs.argmax(dim=0)[: len(source)].unsqueeze(1)",
            )
        ],
    ),
    Mistake(
        "loop-state-lost",
        MODULE,
        "Without attention, every step starts from the encoder's state again: the new state is not handed on.",
        "Run the table decoder at the end of the section: its state must count 0, 1, 2, and so on.",
        ["seq2seq"],
        [("log_probs, hidden = self.decoder(token, hidden)", "log_probs, _ = self.decoder(token, hidden)")],
    ),
    Mistake(
        "loop-zero-state",
        MODULE,
        "The decoder starts from zeros instead of the encoder's state.",
        "Translate two sources that share only their first word; even the first results must differ.",
        ["seq2seq", "seq2seq_attention"],
        [
            (
                "        steps = []",
                (
                    "        hidden = tuple(h * 0 for h in hidden) if isinstance(hidden, tuple) else hidden "
                    "* 0\n"
                    "        steps = []"
                ),
            )
        ],
    ),
    Mistake(
        "loop-late",
        MODULE,
        "The results stand one step too late, behind zeros at the first position.",
        "Follow the log-probabilities of the very first call and check at which position they end up.",
        ["seq2seq", "seq2seq_attention"],
        [
            (
                "outputs = torch.stack(steps, dim=1)",
                "outputs = torch.stack([torch.zeros_like(steps[0]), *steps[:-1]], dim=1)",
            )
        ],
    ),
    Mistake(
        "loop-last-missing",
        MODULE,
        "The loop makes one step too few, so the result is one position short.",
        "Write down the range of your loop for T = 6 and count its steps.",
        ["seq2seq", "seq2seq_attention"],
        [("range(source.shape[1])", "range(source.shape[1] - 1)")],
    ),
    Mistake(
        "loop-last-zero",
        MODULE,
        "The last position of the result stays zero.",
        "Translate a source of a single token; its one position must be filled.",
        ["seq2seq", "seq2seq_attention"],
        [("outputs = torch.stack(steps, dim=1)", ("outputs = torch.stack(steps, dim=1)\n        outputs[:, -1] = 0"))],
    ),
    Mistake(
        "loop-time-first",
        MODULE,
        "The result has the shape (T, N, V) instead of (N, T, V).",
        "Use N = 2 and T = 5, and decide which dimension is the new one when the steps are put together.",
        ["seq2seq", "seq2seq_attention"],
        [("torch.stack(steps, dim=1)", "torch.stack(steps, dim=0)")],
    ),
    Mistake(
        "loop-time-first-view",
        MODULE,
        "The steps are put together with time in front and then only reshaped, so sentences and steps are mixed.",
        "Translate two sentences together and each one alone; a reshape changes the shape but moves no number.",
        ["seq2seq", "seq2seq_attention"],
        [("torch.stack(steps, dim=1)", "torch.stack(steps, dim=0).view(source.shape[0], source.shape[1], -1)")],
    ),
    Mistake(
        "loop-reversed",
        MODULE,
        "The steps come out in reverse order.",
        "Compare the first position of the result with what the first call of the decoder returned.",
        ["seq2seq", "seq2seq_attention"],
        [("torch.stack(steps, dim=1)", "torch.stack(steps[::-1], dim=1)")],
    ),
    Mistake(
        "loop-exp",
        MODULE,
        "Probabilities come back instead of log-probabilities.",
        "Compare one position of the result with what the decoder returned for it; the numbers must be equal.",
        ["seq2seq", "seq2seq_attention"],
        [("torch.stack(steps, dim=1)", "torch.stack(steps, dim=1).exp()")],
    ),
    Mistake(
        "loop-detach",
        MODULE,
        "The results are cut off from the graph, so neither encoder nor decoder can learn.",
        "Check that your result has a grad_fn, then look at the line that keeps each step.",
        ["seq2seq", "seq2seq_attention"],
        [("steps.append(log_probs)", "steps.append(log_probs.detach())")],
    ),
    Mistake(
        "loop-detach-state",
        MODULE,
        "The encoder's state is cut off from the graph before the first step.",
        "Call backward() on the sum of the result and look at the gradients of the encoder's layers.",
        ["seq2seq", "seq2seq_attention"],
        [
            (
                "        steps = []",
                (
                    "        hidden = tuple(h.detach() for h in hidden) if isinstance(hidden, tuple) else "
                    "hidden.detach()\n"
                    "        steps = []"
                ),
            )
        ],
    ),
    Mistake(
        "loop-words",
        MODULE,
        "The predicted words come back instead of the log-probabilities of all words.",
        "Write down the last dimension of your result; it should be V.",
        ["seq2seq", "seq2seq_attention"],
        [("steps.append(log_probs)", "steps.append(log_probs.argmax(1, keepdim=True).float())")],
    ),
    Mistake(
        "loop-fixed-length",
        MODULE,
        "At most five steps are made, however long the source is.",
        "Translate a source of eleven tokens and compare the length of the result with it.",
        ["seq2seq", "seq2seq_attention"],
        [("range(source.shape[1])", "range(min(5, source.shape[1]))")],
    ),
    Mistake(
        "loop-state-kept",
        MODULE,
        "The decoder starts from the last state of the call before.",
        "Translate sentence A, then B, then A again, compare, and look for states that are stored in self.",
        ["seq2seq"],
        [
            (
                "        steps = []",
                (
                    "        hidden = getattr(self, 'kept', hidden) if getattr(self, 'size', None) == "
                    "len(source) else hidden\n"
                    "        steps = []"
                ),
            ),
            (
                "        return outputs",
                (
                    "        self.kept, self.size = (tuple(h.detach() for h in hidden) if isinstance(hidden, "
                    "tuple) else hidden.detach()), len(source)\n"
                    "        return outputs"
                ),
            ),
        ],
    ),
    Mistake(
        "loop-lstm-h-only",
        MODULE,
        "With an LSTM, the decoder starts with a cell state of zeros instead of the encoder's.",
        "Check that both halves of the encoder's pair arrive in the first call of the decoder.",
        ["seq2seq", "seq2seq_attention"],
        [
            (
                "        steps = []",
                (
                    "        hidden = (hidden[0], hidden[1] * 0) if isinstance(hidden, tuple) else hidden\n"
                    "        steps = []"
                ),
            )
        ],
    ),
    Mistake(
        "loop-teacher-forcing",
        MODULE,
        "At each position the decoder gets the source word of that position, not its own prediction.",
        "Write down for the example by hand what goes into steps 1, 2 and 3; no source word but the first appears.",
        ["seq2seq", "seq2seq_attention"],
        [
            ("for _ in range", "for t in range"),
            (
                "token = log_probs.argmax(dim=1, keepdim=True)",
                "token = source[:, min(t + 1, source.shape[1] - 1)].unsqueeze(1)",
            ),
        ],
    ),
    Mistake(
        "loop-sample",
        MODULE,
        "The next word is drawn at random instead of being the most likely one.",
        "Translate the same sentence twice in eval() mode; a greedy translation is the same each time.",
        ["seq2seq", "seq2seq_attention"],
        [("token = log_probs.argmax(dim=1, keepdim=True)", "token = torch.multinomial(log_probs.exp(), 1)")],
    ),
    Mistake(
        "loop-list",
        MODULE,
        "A list of tensors comes back instead of one tensor.",
        "Print the type of your result, then read the second hint under the check about putting the steps together.",
        ["seq2seq", "seq2seq_attention"],
        [("outputs = torch.stack(steps, dim=1)", "outputs = steps")],
    ),
    Mistake(
        "loop-detach-between-steps",
        MODULE,
        "The state is cut off from the graph between two steps.",
        "Put only the last position into the loss, call backward(), and see whether the encoder gets a gradient.",
        ["seq2seq", "seq2seq_attention"],
        [
            (
                "            steps.append(log_probs)\n",
                (
                    "            steps.append(log_probs)\n"
                    "            hidden = tuple(h.detach() for h in hidden) if isinstance(hidden, tuple) else "
                    "hidden.detach()\n"
                ),
            )
        ],
    ),
    Mistake(
        "loop-stops",
        MODULE,
        "The loop stops when all sentences have come to <eos>, and the rest of the result is zeros.",
        "The result has T steps, all from the decoder. What comes after <eos> is cut off by others.",
        ["seq2seq", "seq2seq_attention"],
        [
            (
                "            token = log_probs.argmax(dim=1, keepdim=True)\n",
                f"            token = log_probs.argmax(dim=1, keepdim=True)\n{STOPS}",
            )
        ],
    ),
    Mistake(
        "loop-pads-after-end",
        MODULE,
        "After <eos>, the decoder is fed with <pad> in place of its most likely word.",
        "The loop knows no special words: each step's input is the argmax of the step before, whatever it is.",
        ["seq2seq", "seq2seq_attention"],
        [
            (
                "token = log_probs.argmax(dim=1, keepdim=True)",
                "token = log_probs.argmax(dim=1, keepdim=True).masked_fill(token == 3, 1)",
            )
        ],
    ),
)
