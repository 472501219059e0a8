"""The translation loop."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/seq2seq/Seq2Seq.py"

MISTAKES = (
    Mistake(
        "loop-second-word",
        MODULE,
        "The loop starts with the second source word.",
        "",
        ["seq2seq", "seq2seq_attention"],
        [("token = source[:, 0].unsqueeze(1)", "token = source[:, min(1, source.shape[1] - 1)].unsqueeze(1)")],
    ),
    Mistake(
        "loop-constant-start",
        MODULE,
        "The loop starts with the id 2, whatever the source begins with.",
        "",
        ["seq2seq", "seq2seq_attention"],
        [("token = source[:, 0].unsqueeze(1)", "token = torch.full((source.shape[0], 1), 2)")],
    ),
    Mistake(
        "loop-feeds-source",
        MODULE,
        "The source's words are fed in instead of the predicted ones.",
        "",
        ["seq2seq", "seq2seq_attention"],
        [
            ("for _ in range", "for t in range"),
            ("token = log_probs.argmax(dim=1, keepdim=True)", "token = source[:, t].unsqueeze(1)"),
        ],
    ),
    Mistake(
        "loop-same-token",
        MODULE,
        "The first token is fed in each step.",
        "",
        ["seq2seq", "seq2seq_attention"],
        [("            token = log_probs.argmax(dim=1, keepdim=True)\n", "")],
    ),
    Mistake(
        "loop-argmin",
        MODULE,
        "The least likely word is fed to the next step.",
        "",
        ["seq2seq", "seq2seq_attention"],
        [("argmax", "argmin")],
    ),
    Mistake(
        "loop-argmax-batch",
        MODULE,
        "The argmax runs over the batch.",
        "",
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
        "The state is not handed on.",
        "",
        ["seq2seq"],
        [("log_probs, hidden = self.decoder(token, hidden)", "log_probs, _ = self.decoder(token, hidden)")],
    ),
    Mistake(
        "loop-attention-state-lost",
        MODULE,
        "With attention the state is not handed on.",
        "",
        ["seq2seq_attention"],
        [
            (
                "log_probs, hidden = self.decoder(token, hidden, encoder_outputs)",
                "log_probs, _ = self.decoder(token, hidden, encoder_outputs)",
            )
        ],
    ),
    Mistake(
        "loop-zero-state",
        MODULE,
        "The decoder starts from zeros.",
        "",
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
        "Results are written one step late.",
        "",
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
        "The last step is missing.",
        "",
        ["seq2seq", "seq2seq_attention"],
        [("range(source.shape[1])", "range(source.shape[1] - 1)")],
    ),
    Mistake(
        "loop-last-zero",
        MODULE,
        "The last step stays zero.",
        "",
        ["seq2seq", "seq2seq_attention"],
        [("outputs = torch.stack(steps, dim=1)", ("outputs = torch.stack(steps, dim=1)\n        outputs[:, -1] = 0"))],
    ),
    Mistake(
        "loop-time-first",
        MODULE,
        "Time and batch are swapped.",
        "",
        ["seq2seq", "seq2seq_attention"],
        [("torch.stack(steps, dim=1)", "torch.stack(steps, dim=0)")],
    ),
    Mistake(
        "loop-time-first-view",
        MODULE,
        "A view mixes time and batch.",
        "",
        ["seq2seq", "seq2seq_attention"],
        [("torch.stack(steps, dim=1)", "torch.stack(steps, dim=0).view(source.shape[0], source.shape[1], -1)")],
    ),
    Mistake(
        "loop-reversed",
        MODULE,
        "The results come out in reverse order.",
        "",
        ["seq2seq", "seq2seq_attention"],
        [("torch.stack(steps, dim=1)", "torch.stack(steps[::-1], dim=1)")],
    ),
    Mistake(
        "loop-exp",
        MODULE,
        "Probabilities are returned instead of their logarithms.",
        "",
        ["seq2seq", "seq2seq_attention"],
        [("torch.stack(steps, dim=1)", "torch.stack(steps, dim=1).exp()")],
    ),
    Mistake(
        "loop-detach",
        MODULE,
        "The results are detached.",
        "",
        ["seq2seq", "seq2seq_attention"],
        [("steps.append(log_probs)", "steps.append(log_probs.detach())")],
    ),
    Mistake(
        "loop-detach-state",
        MODULE,
        "The encoder's state is detached.",
        "",
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
        "Words are returned instead of log-probabilities.",
        "",
        ["seq2seq", "seq2seq_attention"],
        [("steps.append(log_probs)", "steps.append(log_probs.argmax(1, keepdim=True).float())")],
    ),
    Mistake(
        "loop-no-outputs",
        MODULE,
        "The encoder outputs are not passed.",
        "",
        ["seq2seq_attention"],
        [("self.decoder(token, hidden, encoder_outputs)", "self.decoder(token, hidden)")],
    ),
    Mistake(
        "loop-one-output",
        MODULE,
        "Only one position's output is passed.",
        "",
        ["seq2seq_attention"],
        [
            ("for _ in range", "for t in range"),
            (
                "self.decoder(token, hidden, encoder_outputs)",
                "self.decoder(token, hidden, encoder_outputs[:, t : t + 1])",
            ),
        ],
    ),
    Mistake(
        "loop-reversed-outputs",
        MODULE,
        ("The encoder outputs are turned round along the features and scaled before they are passed on."),
        "",
        ["seq2seq_attention"],
        [
            (
                "self.decoder(token, hidden, encoder_outputs)",
                "self.decoder(token, hidden, encoder_outputs.flip(2) * 0.9)",
            )
        ],
    ),
    Mistake(
        "loop-outputs-detach",
        MODULE,
        "The encoder outputs are detached.",
        "",
        ["seq2seq_attention"],
        [("self.decoder(token, hidden, encoder_outputs)", "self.decoder(token, hidden, encoder_outputs.detach())")],
    ),
    Mistake(
        "loop-fixed-length",
        MODULE,
        "At most five words are translated.",
        "",
        ["seq2seq", "seq2seq_attention"],
        [("range(source.shape[1])", "range(min(5, source.shape[1]))")],
    ),
    Mistake(
        "loop-state-kept",
        MODULE,
        "The hidden state survives between calls.",
        "",
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
        "With an LSTM, the decoder starts from a cell of zeros.",
        "",
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
)
