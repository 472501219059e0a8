"""The attention weights."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/seq2seq/Decoder.py"

MISTAKES = (
    Mistake(
        "attention-dot",
        MODULE,
        "The weights come from plain dot products: the division by the lengths is missing.",
        "Make the hidden state ten times as long and call again; the weights must stay the same.",
        ["attention"],
        [("cosines = products / lengths.clamp(min=1e-8)", "cosines = products")],
    ),
    Mistake(
        "attention-half-normal",
        MODULE,
        "The dot products are divided by the lengths of the encoder outputs only, not by that of the hidden state.",
        "In the example by hand, compare the fourth column with what your code divides by.",
        ["attention"],
        [("lengths = query.norm(dim=2, keepdim=True) * ", "lengths = ")],
    ),
    Mistake(
        "attention-scaled",
        MODULE,
        "The cosines are divided by √H before the softmax.",
        "Compute the example by hand with your code, and reread what the notebook says about scaling.",
        ["attention"],
        [("softmax(cosines, dim=2)", "softmax(cosines / hidden.shape[2] ** 0.5, dim=2)")],
    ),
    Mistake(
        "attention-softmax-batch",
        MODULE,
        "The softmax runs over the sentences of the batch instead of the source positions.",
        "Call it with a single sentence: if all weights are 1, look at the section about a broken attention.",
        ["attention"],
        [("softmax(cosines, dim=2)", "softmax(cosines, dim=0)")],
    ),
    Mistake(
        "attention-softmax-one",
        MODULE,
        "The softmax runs over the dimension of size 1, so every weight is 1.",
        "Write the numbers 0, 1 and 2 under N, 1 and T, then say over which of them the weights must sum to 1.",
        ["attention"],
        [("softmax(cosines, dim=2)", "softmax(cosines, dim=1)")],
    ),
    Mistake(
        "attention-no-softmax",
        MODULE,
        "The cosines come back as they are, without a softmax.",
        "Add up the weights of one sentence and compare the sum with that of the last column of the example.",
        ["attention"],
        [("softmax(cosines, dim=2)", "clone(cosines)")],
    ),
    Mistake(
        "attention-log",
        MODULE,
        "The logarithms of the weights come back: a log-softmax stands in place of the softmax.",
        "Look for negative numbers in the result; a weight lies between 0 and 1.",
        ["attention"],
        [("torch.softmax(cosines, dim=2)", "torch.log_softmax(cosines, dim=2)")],
    ),
    Mistake(
        "attention-shape",
        MODULE,
        "The weights have the shape (N, T, 1) instead of (N, 1, T).",
        "Write down the shape after each line, with N = 2, T = 3 and H = 5, and find where 1 and T change places.",
        ["attention"],
        [("        return weights", "        return weights.transpose(1, 2)")],
    ),
    Mistake(
        "attention-reshape",
        MODULE,
        "A reshape stands in place of the transpose, so numbers of different positions are mixed.",
        "Fill encoder_outputs with 0, 1, 2, … for T = 2 and H = 3 and look where each number goes.",
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
        "One length is computed for all encoder outputs together instead of one for each position.",
        "Write down the shape of your lengths; every position of every sentence needs one of its own.",
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
        "The lengths are cut off from the graph, so a part of the gradient is missing.",
        "The lengths depend on the vectors, too; search their line for detach() or torch.no_grad().",
        ["attention"],
        [("products / lengths", "products / lengths.detach()")],
    ),
    Mistake(
        "attention-inplace",
        MODULE,
        "The encoder outputs themselves are normalised, so the caller's tensor changes.",
        "Compare encoder_outputs before and after a call, and look for operations that write into an argument.",
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
        "All sentences are compared with the hidden state of the first sentence.",
        "Use two sentences and change only the hidden state of the second one; its weights must change.",
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
        "squeeze() removes too many dimensions when N or T is 1.",
        "Call it once with N = 1 and once with T = 1, and write down both shapes.",
        ["attention"],
        [("        return weights", "        return weights.squeeze().unsqueeze(-2)")],
    ),
    Mistake(
        "attention-uniform",
        MODULE,
        "All positions get the same weight, whatever the vectors are.",
        "Do the three cosines of the example in a loop for one sentence, and compare them with your weights.",
        ["attention"],
        [("        return weights", "        return torch.ones_like(weights) / weights.shape[2]")],
    ),
    Mistake(
        "attention-clamped",
        MODULE,
        "Negative cosines are replaced by zero.",
        "Look at the third row of the example by hand: its vector points away from h, and the cosine says so.",
        ["attention"],
        [("products / lengths.clamp(min=1e-8)", "torch.relu(products / lengths)")],
    ),
    Mistake(
        "attention-softmax-first",
        MODULE,
        "The softmax comes before the division by the lengths.",
        "Go through the columns of the example from left to right and compare their order with that of your lines.",
        ["attention"],
        [
            ("products / lengths.clamp(min=1e-8)", "torch.softmax(products, dim=2) / lengths.clamp(min=1e-8)"),
            ("weights = torch.softmax(cosines, dim=2)", "weights = cosines"),
        ],
    ),
    Mistake(
        "attention-flat",
        MODULE,
        "The weights have the shape (N, T): the dimension of size 1 is missing.",
        "Count the dimensions of your result and compare them with the last row of the table of symbols.",
        ["attention"],
        [("        return weights", "        return weights.squeeze(1)")],
    ),
    Mistake(
        "attention-returns-context",
        MODULE,
        "The weighted sum of the encoder outputs comes back instead of the weights.",
        "Write down how many numbers you return for each sentence, T or H; the sum belongs to the next step.",
        ["attention"],
        [("        return weights", "        return torch.bmm(weights, encoder_outputs)")],
    ),
    Mistake(
        "attention-softmax-twice",
        MODULE,
        "The softmax is applied twice.",
        (
            "Compute the largest possible weight for T = 3 with your code and compare it with the prediction "
            "in the notebook."
        ),
        ["attention"],
        [("torch.softmax(cosines, dim=2)", "torch.softmax(torch.softmax(cosines, dim=2), dim=2)")],
    ),
    Mistake(
        "attention-hidden-detached",
        MODULE,
        "No gradient flows back from the weights to the hidden state.",
        "Give hidden requires_grad in a cell of your own, call backward() on one weight, and look at hidden.grad.",
        ["attention"],
        [("query = hidden.transpose(0, 1)", "query = hidden.detach().transpose(0, 1)")],
    ),
    Mistake(
        "attention-zero-vector",
        MODULE,
        "A vector of zeros gives nan: the division by its length is a division by 0.",
        "Try encoder outputs with a zero vector among them. What keeps the divisor away from 0?",
        ["attention"],
        [("products / lengths.clamp(min=1e-8)", "products / lengths")],
    ),
)
