"""Greedy translation with the full Transformer."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/Transformer.py"

MISTAKES = (
    Mistake(
        "generate-teacher",
        MODULE,
        "The words of the source are written into the target instead of the predicted ones.",
        "Write down the column tgt of the example by hand and compare it with yours after steps 0 and 1.",
        ["full_generate"],
        [("tgt[:, t + 1] = scores.argmax(dim=1)", "tgt[:, t + 1] = src[:, t + 1]")],
    ),
    Mistake(
        "generate-target-is-source",
        MODULE,
        "The predicted words are never written into the target.",
        "Run the class Table under the check: each of its lines must show one word more than the line before.",
        ["full_generate"],
        [("tgt[:, t + 1] = scores.argmax(dim=1)", "pass")],
    ),
    Mistake(
        "generate-no-first",
        MODULE,
        "The first column of the target stays pad instead of the source's first word.",
        "Compare your target before the first step with line t = 0 of the example by hand.",
        ["full_generate"],
        [("        tgt[:, 0] = src[:, 0]\n", "")],
    ),
    Mistake(
        "generate-last-scores",
        MODULE,
        "Each step keeps the scores of the last position instead of those at t.",
        "forward gives scores for all T positions; say for t = 0 which of them the step needs.",
        ["full_generate"],
        [("scores = self(src, tgt)[:, t]", "scores = self(src, tgt)[:, -1]")],
    ),
    Mistake(
        "generate-argmin",
        MODULE,
        "The least likely word is written into the target.",
        "Take the scores (0, 3, 1) of one sentence and say which id your line writes.",
        ["full_generate"],
        [("tgt[:, t + 1] = scores.argmax(dim=1)", "tgt[:, t + 1] = scores.argmin(dim=1)")],
    ),
    Mistake(
        "generate-argmax-batch",
        MODULE,
        "The argmax runs over the sentences of the batch instead of the words.",
        "Write down the shape of your argmax; a column of tgt has one word for each of the N sentences.",
        ["full_generate"],
        [("tgt[:, t + 1] = scores.argmax(dim=1)", "tgt[:, t + 1] = scores.argmax(dim=0)[0]")],
    ),
    Mistake(
        "generate-one-row",
        MODULE,
        "All sentences get the word that was chosen for the first one.",
        "Translate two different sentences together, then each one alone, and compare.",
        ["full_generate"],
        [("tgt[:, t + 1] = scores.argmax(dim=1)", "tgt[:, t + 1] = scores.argmax(dim=1)[0]")],
    ),
    Mistake(
        "generate-short",
        MODULE,
        "The scores of the last step stay zero.",
        "Count the steps of the example by hand: the last one keeps its scores although its word is written nowhere.",
        ["full_generate"],
        [
            (
                "outputs = torch.stack(steps, dim=1)",
                ("steps[-1] = torch.zeros_like(steps[-1])\n        outputs = torch.stack(steps, dim=1)"),
            )
        ],
    ),
    Mistake(
        "generate-words",
        MODULE,
        "The words come back instead of the scores they were chosen from.",
        "Compare the dimensions of your result with the last row of the table of symbols.",
        ["full_generate"],
        [("outputs = torch.stack(steps, dim=1)", "outputs = torch.stack(steps, dim=1).argmax(dim=2)")],
    ),
    Mistake(
        "generate-softmax",
        MODULE,
        "Probabilities come back instead of raw scores.",
        "Check that position t of the result equals what forward gave for it, number by number.",
        ["full_generate"],
        [("outputs = torch.stack(steps, dim=1)", "outputs = torch.softmax(torch.stack(steps, dim=1), dim=2)")],
    ),
    Mistake(
        "generate-stops",
        MODULE,
        "The loop stops as soon as all sentences have predicted eos in one step; the rest stays zero.",
        "Read the two lines below the example by hand about when the loop ends, and look for a break.",
        ["full_generate"],
        [
            (
                "            steps.append(scores)\n",
                (
                    "            steps.append(scores)\n"
                    "            if bool((scores.argmax(dim=1) == 3).all()):\n"
                    "                steps += [torch.zeros_like(scores)] * (src.shape[1] - 1 - t)\n"
                    "                break\n"
                ),
            )
        ],
    ),
    Mistake(
        "generate-final-pass",
        MODULE,
        "The result comes from one more run of forward at the end, and stands one position late.",
        "Check that position t of the result holds the scores from which the word of step t was chosen.",
        ["full_generate"],
        [("outputs = torch.stack(steps, dim=1)", "outputs = self(src, tgt)[:, torch.arange(src.shape[1]).roll(1)]")],
    ),
    Mistake(
        "generate-two-late",
        MODULE,
        "Each predicted word is written two positions further instead of one.",
        "Compare the last column of the example by hand with the index that your line writes to.",
        ["full_generate"],
        [("if t + 1 < src", "if t + 2 < src"), ("tgt[:, t + 1]", "tgt[:, t + 2]")],
    ),
    Mistake(
        "generate-off-by-one",
        MODULE,
        "Step t keeps the scores of the position before t.",
        "Put t = 0 into your index and say which position it selects.",
        ["full_generate"],
        [("steps.append(scores)", "steps.append(self(src, tgt)[:, t - 1])")],
    ),
    Mistake(
        "generate-mutates",
        MODULE,
        "The source itself serves as the target and is overwritten.",
        "Compare src before and after a call; a second name for a tensor does not copy it.",
        ["full_generate"],
        [("tgt = torch.full_like(src, self.pad_idx)", "tgt = src")],
    ),
    Mistake(
        "generate-sample",
        MODULE,
        "The next word is drawn at random instead of being the most likely one.",
        "Translate the same sentence twice in eval() mode: a greedy translation never changes.",
        ["full_generate"],
        [("tgt[:, t + 1] = scores.argmax(dim=1)", "tgt[:, t + 1] = torch.multinomial(scores.softmax(dim=1), 1)[:, 0]")],
    ),
    Mistake(
        "generate-last-missing",
        MODULE,
        "The loop makes one step too few, so the result is one position short.",
        "Count the steps for T = 4: every position needs scores, also the one whose word finds no place.",
        ["full_generate"],
        [("for t in range(src.shape[1]):", "for t in range(src.shape[1] - 1):")],
    ),
    Mistake(
        "generate-pads-after-eos",
        MODULE,
        "After a sentence has predicted eos, pads are written instead of its predicted words.",
        "Reread what happens at eos in the text below the example by hand; no sentence is treated differently.",
        ["full_generate"],
        [
            (
                "tgt[:, t + 1] = scores.argmax(dim=1)",
                (
                    "ended = (tgt[:, : t + 1] == 3).any(dim=1)\n"
                    "                tgt[:, t + 1] = scores.argmax(dim=1).masked_fill(ended, self.pad_idx)"
                ),
            )
        ],
    ),
)
