"""The gradient by hand."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/theory.py"

MISTAKES = (
    Mistake(
        "theory-direct-only",
        MODULE,
        "The path through h₁ is missing.",
        "",
        ["theory_gradient"],
        [("return np.outer(to_a_2, x[1]) + np.outer(to_a_1, x[0])", "return np.outer(to_a_2, x[1])")],
    ),
    Mistake(
        "theory-no-tanh-2",
        MODULE,
        "The derivative of tanh at step 2 is missing.",
        "",
        ["theory_gradient"],
        [("(1 - h_2**2) * (V.T @ to_o_2)", "V.T @ to_o_2")],
    ),
    Mistake(
        "theory-no-tanh-1",
        MODULE,
        "The derivative of tanh at step 1 is missing.",
        "",
        ["theory_gradient"],
        [("(1 - h_1**2) * (W.T @ to_a_2)", "W.T @ to_a_2")],
    ),
    Mistake(
        "theory-w-not-transposed",
        MODULE,
        "The way back goes through W instead of Wᵀ.",
        "",
        ["theory_gradient"],
        [("W.T @ to_a_2", "W @ to_a_2")],
    ),
    Mistake(
        "theory-transposed",
        MODULE,
        "The gradient is transposed.",
        "",
        ["theory_gradient"],
        [
            (
                "return np.outer(to_a_2, x[1]) + np.outer(to_a_1, x[0])",
                "return (np.outer(to_a_2, x[1]) + np.outer(to_a_1, x[0])).T",
            )
        ],
    ),
    Mistake(
        "theory-sign",
        MODULE,
        "The sign is wrong: one-hot minus softmax.",
        "",
        ["theory_gradient"],
        [("to_o_2 = p_2 - (np.arange(len(c)) == y[1])", "to_o_2 = (np.arange(len(c)) == y[1]) - p_2")],
    ),
    Mistake(
        "theory-no-onehot",
        MODULE,
        "The one-hot vector is not subtracted.",
        "",
        ["theory_gradient"],
        [("to_o_2 = p_2 - (np.arange(len(c)) == y[1])", "to_o_2 = p_2")],
    ),
    Mistake(
        "theory-label-of-t3",
        MODULE,
        "The label of another step is used.",
        "",
        ["theory_gradient"],
        [("to_o_2 = p_2 - (np.arange(len(c)) == y[1])", "to_o_2 = p_2 - (np.arange(len(c)) == y[2])")],
    ),
    Mistake(
        "theory-label-of-t1",
        MODULE,
        "The label of the first step is used.",
        "",
        ["theory_gradient"],
        [("to_o_2 = p_2 - (np.arange(len(c)) == y[1])", "to_o_2 = p_2 - (np.arange(len(c)) == y[0])")],
    ),
    Mistake(
        "theory-inputs-swapped",
        MODULE,
        "x₁ and x₂ change places.",
        "",
        ["theory_gradient"],
        [
            (
                "return np.outer(to_a_2, x[1]) + np.outer(to_a_1, x[0])",
                "return np.outer(to_a_2, x[0]) + np.outer(to_a_1, x[1])",
            )
        ],
    ),
    Mistake(
        "theory-no-bias",
        MODULE,
        "b is left out.",
        "",
        ["theory_gradient"],
        [("h_1 = np.tanh(U @ x[0] + b)", "h_1 = np.tanh(U @ x[0])")],
    ),
    Mistake(
        "theory-float32",
        MODULE,
        "The result is float32.",
        "",
        ["theory_gradient"],
        [
            (
                "return np.outer(to_a_2, x[1]) + np.outer(to_a_1, x[0])",
                "return (np.outer(to_a_2, x[1]) + np.outer(to_a_1, x[0])).astype(np.float32)",
            )
        ],
    ),
    Mistake(
        "theory-direct-tanh-of-a",
        MODULE,
        "The derivative is taken at h instead of a: 1 − tanh²(h).",
        "",
        ["theory_gradient"],
        [("(1 - h_2**2)", "(1 - np.tanh(h_2)**2)")],
    ),
    Mistake(
        "theory-scaled",
        MODULE,
        "The loss is averaged over the three steps.",
        "",
        ["theory_gradient"],
        [("to_o_2 = p_2 - (np.arange(len(c)) == y[1])", "to_o_2 = (p_2 - (np.arange(len(c)) == y[1])) / 3")],
    ),
)
