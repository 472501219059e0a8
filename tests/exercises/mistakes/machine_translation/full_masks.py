"""The full Transformer: the shift of the target and the masks."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/Transformer.py"

MISTAKES = (
    Mistake(
        "full-no-shift",
        MODULE,
        "The target is not shifted, so the scores at t see the very word that they must predict.",
        "Draw the left picture of influence in the notebook; its diagonal must be dark.",
        ["full_forward"],
        [("tgt = self.add_start_token(tgt)", "tgt = tgt.clone()")],
    ),
    Mistake(
        "full-no-causal",
        MODULE,
        "There is no causal mask: a position sees the words after it.",
        "Change a late word of tgt; scores at or before its place must not move.",
        ["full_forward"],
        [
            (
                ("decoded = self.transformer(source, target, tgt_mask=causal, tgt_key_padding_mask=padding)"),
                "decoded = self.transformer(source, target, tgt_key_padding_mask=padding)",
            )
        ],
    ),
    Mistake(
        "full-causal-inverted",
        MODULE,
        "The causal mask hides the words before a position instead of those after it.",
        "Write your mask for length 4 on paper, True for hidden, and compare row 0 with the picture.",
        ["full_forward"],
        [("torch.triu(everything, diagonal=1)", "torch.triu(everything, diagonal=1).T")],
    ),
    Mistake(
        "full-causal-diagonal",
        MODULE,
        "The causal mask hides every position but the first from itself as well.",
        "Count the True fields of your mask for length 4; section 2 works out how many there are.",
        ["full_forward"],
        [
            (
                "        padding = tgt",
                ("        causal[1:] |= torch.eye(length, dtype=torch.bool)[1:]\n        padding = tgt"),
            )
        ],
    ),
    Mistake(
        "full-no-padding",
        MODULE,
        "There is no padding mask for the target.",
        "Run the cell of the notebook with a pad in the middle; the id 1 must not be in its list.",
        ["full_forward"],
        [
            (
                ("decoded = self.transformer(source, target, tgt_mask=causal, tgt_key_padding_mask=padding)"),
                "decoded = self.transformer(source, target, tgt_mask=causal)",
            )
        ],
    ),
    Mistake(
        "full-padding-unshifted",
        MODULE,
        "The padding mask is made from the target before the shift.",
        "Check for each line after the shift which of the two targets it reads.",
        ["full_forward"],
        [
            ("        padding = tgt == self.pad_idx\n", ""),
            (
                "tgt = self.add_start_token(tgt)",
                ("padding = tgt == self.pad_idx\n        tgt = self.add_start_token(tgt)"),
            ),
        ],
    ),
    Mistake(
        "full-padding-inverted",
        MODULE,
        "The padding mask hides the words and shows the pads.",
        "Write the mask of the target sos, the, pad on paper, with True for hidden, and compare.",
        ["full_forward"],
        [("padding = tgt == self.pad_idx", "padding = tgt != self.pad_idx")],
    ),
    Mistake(
        "full-padding-fixed",
        MODULE,
        "The id 1 is taken for padding, whatever ignore_index says.",
        "Build a model with ignore_index=5 and look where your mask could learn of the 5.",
        ["full_forward"],
        [("padding = tgt == self.pad_idx", "padding = tgt == 1")],
    ),
    Mistake(
        "full-mutates",
        MODULE,
        "The caller's target is changed.",
        "Compare tgt before and after a call; whoever writes into a slice writes into the original.",
        ["full_forward"],
        [("tgt = self.add_start_token(tgt)", ("tgt[:, 1:] = tgt[:, :-1].clone()\n        tgt[:, 0] = 2"))],
    ),
    Mistake(
        "full-always-shifts",
        MODULE,
        "A target that begins with two start tokens already is shifted once more.",
        "Try both rows of the table about add_start_token on the shift in your code.",
        ["full_forward"],
        [("tgt = self.add_start_token(tgt)", "tgt = torch.cat([torch.full_like(tgt[:, :1], 2), tgt[:, :-1]], dim=1)")],
    ),
    Mistake(
        "full-keeps-last",
        MODULE,
        "The shifted target keeps its last column, so the scores are one position too long.",
        "Write down the length of the target before and after your shift.",
        ["full_forward"],
        [("tgt = self.add_start_token(tgt)", "tgt = torch.cat([torch.full_like(tgt[:, :1], 2), tgt], dim=1)")],
    ),
    Mistake(
        "full-source-causal",
        MODULE,
        "The source has a causal mask, too, so its words do not see those after them.",
        "Write down what each mask that you hand over is for; the encoder may look everywhere.",
        ["full_forward"],
        [
            (
                ("decoded = self.transformer(source, target, tgt_mask=causal, tgt_key_padding_mask=padding)"),
                (
                    "future = torch.triu(torch.ones(src.shape[1], src.shape[1], dtype=torch.bool), "
                    "diagonal=1)\n"
                    "        decoded = self.transformer(source, target, src_mask=future, tgt_mask=causal, "
                    "tgt_key_padding_mask=padding)"
                ),
            )
        ],
    ),
    Mistake(
        "full-causal-numbers",
        MODULE,
        "The causal mask holds the numbers 0 and 1, which are added to the scores and hide nothing.",
        "Print the dtype of your mask and reread in section 2 how nn.Transformer reads True.",
        ["full_forward"],
        [("dtype=torch.bool, device=tgt.device", "device=tgt.device")],
    ),
    Mistake(
        "full-cuts-last",
        MODULE,
        "The last column of the target is dropped, but no start token comes in front.",
        "Compare the second column of the table about add_start_token with what your code makes of its first row.",
        ["full_forward"],
        [("tgt = self.add_start_token(tgt)", "tgt = tgt[:, :-1]")],
    ),
    Mistake(
        "full-causal-of-source",
        MODULE,
        "The causal mask has the length of the source instead of the target.",
        "Use T = 6 and T_tgt = 4 and write down the shape of your mask; see symptom 3 of the broken versions.",
        ["full_forward"],
        [("length = tgt.shape[1]", "length = src.shape[1]")],
    ),
)
