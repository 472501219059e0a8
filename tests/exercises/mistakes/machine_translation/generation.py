"""Greedy translation with the full Transformer."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/Transformer.py"

MISTAKES = (
    Mistake(
        "generate-teacher",
        MODULE,
        "The source's own words are fed in instead of the predicted ones.",
        "",
        ["full_generate"],
        [("tgt[:, t + 1] = scores.argmax(dim=1)", "tgt[:, t + 1] = src[:, t + 1]")],
    ),
    Mistake(
        "generate-target-is-source",
        MODULE,
        "The target is never changed: one forward for all.",
        "",
        ["full_generate"],
        [("tgt[:, t + 1] = scores.argmax(dim=1)", "pass")],
    ),
    Mistake(
        "generate-no-first",
        MODULE,
        "The first word is not copied.",
        "",
        ["full_generate"],
        [("        tgt[:, 0] = src[:, 0]\n", "")],
    ),
    Mistake(
        "generate-last-scores",
        MODULE,
        "The scores of the last position are kept, not those at t.",
        "",
        ["full_generate"],
        [("scores = self(src, tgt)[:, t]", "scores = self(src, tgt)[:, -1]")],
    ),
    Mistake(
        "generate-argmin",
        MODULE,
        "The least likely word is fed in.",
        "",
        ["full_generate"],
        [("tgt[:, t + 1] = scores.argmax(dim=1)", "tgt[:, t + 1] = scores.argmin(dim=1)")],
    ),
    Mistake(
        "generate-argmax-batch",
        MODULE,
        "The argmax runs over the batch.",
        "",
        ["full_generate"],
        [("tgt[:, t + 1] = scores.argmax(dim=1)", "tgt[:, t + 1] = scores.argmax(dim=0)[0]")],
    ),
    Mistake(
        "generate-one-row",
        MODULE,
        "All rows get the first row's word.",
        "",
        ["full_generate"],
        [("tgt[:, t + 1] = scores.argmax(dim=1)", "tgt[:, t + 1] = scores.argmax(dim=1)[0]")],
    ),
    Mistake(
        "generate-short",
        MODULE,
        "The last step is not filled.",
        "",
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
        "Words are returned instead of scores.",
        "",
        ["full_generate"],
        [("outputs = torch.stack(steps, dim=1)", "outputs = torch.stack(steps, dim=1).argmax(dim=2)")],
    ),
    Mistake(
        "generate-softmax",
        MODULE,
        "Probabilities are returned instead of scores.",
        "",
        ["full_generate"],
        [("outputs = torch.stack(steps, dim=1)", "outputs = torch.softmax(torch.stack(steps, dim=1), dim=2)")],
    ),
    Mistake(
        "generate-stops",
        MODULE,
        "The loop stops as soon as all rows have predicted <eos>.",
        "",
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
        "The scores of one last forward are returned instead of those kept.",
        "",
        ["full_generate"],
        [("outputs = torch.stack(steps, dim=1)", "outputs = self(src, tgt)[:, torch.arange(src.shape[1]).roll(1)]")],
    ),
    Mistake(
        "generate-two-late",
        MODULE,
        "Each word is written two positions later.",
        "",
        ["full_generate"],
        [("if t + 1 < src", "if t + 2 < src"), ("tgt[:, t + 1]", "tgt[:, t + 2]")],
    ),
    Mistake(
        "generate-off-by-one",
        MODULE,
        "The scores of the position before are kept.",
        "",
        ["full_generate"],
        [("steps.append(scores)", "steps.append(self(src, tgt)[:, t - 1])")],
    ),
    Mistake(
        "generate-mutates",
        MODULE,
        "The source is used as the target and changed.",
        "",
        ["full_generate"],
        [("tgt = torch.full_like(src, self.pad_idx)", "tgt = src")],
    ),
)
