"""The attention weights."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/seq2seq/Decoder.py"

MISTAKES = (
    Mistake(
        "attention-dot",
        MODULE,
        "The dot product stands in for the cosine.",
        "",
        ["attention"],
        [("cosines = products / lengths.clamp(min=1e-8)", "cosines = products")],
    ),
    Mistake(
        "attention-half-normal",
        MODULE,
        "The products are divided by the length of one vector only.",
        "",
        ["attention"],
        [("lengths = query.norm(dim=2, keepdim=True) * ", "lengths = ")],
    ),
    Mistake(
        "attention-scaled",
        MODULE,
        "The cosines are scaled by 1/√H.",
        "",
        ["attention"],
        [("softmax(cosines, dim=2)", "softmax(cosines / hidden.shape[2] ** 0.5, dim=2)")],
    ),
    Mistake(
        "attention-softmax-batch",
        MODULE,
        "The softmax runs over the batch.",
        "",
        ["attention"],
        [("softmax(cosines, dim=2)", "softmax(cosines, dim=0)")],
    ),
    Mistake(
        "attention-softmax-one",
        MODULE,
        "The softmax runs over the dimension of size 1.",
        "",
        ["attention"],
        [("softmax(cosines, dim=2)", "softmax(cosines, dim=1)")],
    ),
    Mistake(
        "attention-no-softmax",
        MODULE,
        "There is no softmax.",
        "",
        ["attention"],
        [("softmax(cosines, dim=2)", "clone(cosines)")],
    ),
    Mistake(
        "attention-log",
        MODULE,
        "A log-softmax stands in for the softmax.",
        "",
        ["attention"],
        [("torch.softmax(cosines, dim=2)", "torch.log_softmax(cosines, dim=2)")],
    ),
    Mistake(
        "attention-shape",
        MODULE,
        "The result is (N, T, 1).",
        "",
        ["attention"],
        [("        return weights", "        return weights.transpose(1, 2)")],
    ),
    Mistake(
        "attention-reshape",
        MODULE,
        "A reshape stands in for the transpose.",
        "",
        ["attention"],
        [
            (
                "encoder_outputs.transpose(1, 2)",
                "encoder_outputs.reshape(encoder_outputs.shape[0], -1, encoder_outputs.shape[1])",
            )
        ],
    ),
    Mistake(
        "attention-norm-axis",
        MODULE,
        "The norm runs over all encoder outputs at once.",
        "",
        ["attention"],
        [
            (
                "query.norm(dim=2, keepdim=True) * encoder_outputs.norm(dim=2).unsqueeze(1)",
                "query.norm(dim=2, keepdim=True) * encoder_outputs.norm()",
            )
        ],
    ),
    Mistake(
        "attention-detach",
        MODULE,
        "The lengths are detached.",
        "",
        ["attention"],
        [("products / lengths", "products / lengths.detach()")],
    ),
    Mistake(
        "attention-inplace",
        MODULE,
        "The outputs are normalised in place.",
        "",
        ["attention"],
        [
            (
                "        query = hidden",
                ("        encoder_outputs /= encoder_outputs.norm(dim=2, keepdim=True)\n        query = hidden"),
            )
        ],
    ),
    Mistake(
        "attention-first-sentence",
        MODULE,
        "All sentences use the first hidden state.",
        "",
        ["attention"],
        [
            (
                "query = hidden.transpose(0, 1)",
                "query = hidden.transpose(0, 1)[:1].expand(encoder_outputs.shape[0], -1, -1)",
            )
        ],
    ),
    Mistake(
        "attention-squeeze",
        MODULE,
        "squeeze() loses dimensions of size 1.",
        "",
        ["attention"],
        [("        return weights", "        return weights.squeeze().unsqueeze(-2)")],
    ),
    Mistake(
        "attention-uniform",
        MODULE,
        "All positions get the same weight.",
        "",
        ["attention"],
        [("        return weights", "        return torch.ones_like(weights) / weights.shape[2]")],
    ),
    Mistake(
        "attention-clamped",
        MODULE,
        "Negative cosines are cut off.",
        "",
        ["attention"],
        [("products / lengths.clamp(min=1e-8)", "torch.relu(products / lengths)")],
    ),
)
