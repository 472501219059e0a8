"""The gradient by hand."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/theory.py"

MISTAKES = (
    Mistake(
        "theory-direct-only",
        MODULE,
        "The way through h₁ is missing: only the way through step 2 is counted.",
        "Run the stage of the notebook in which only the far way counts, and compare with the judge.",
        ["theory_gradient"],
        [("return np.outer(to_a_2, x[1]) + np.outer(to_a_1, x[0])", "return np.outer(to_a_2, x[1])")],
    ),
    Mistake(
        "theory-no-tanh-2",
        MODULE,
        "The derivative of tanh at step 2 is missing.",
        "In your graph, find the arrow from a₂ to h₂ and look for its local derivative in your code.",
        ["theory_gradient"],
        [("(1 - h_2**2) * (V.T @ to_o_2)", "V.T @ to_o_2")],
    ),
    Mistake(
        "theory-no-tanh-1",
        MODULE,
        "The derivative of tanh at step 1 is missing.",
        "Walk from h₁ back to a₁ in your derivation and count the factors; then count them in your code.",
        ["theory_gradient"],
        [("(1 - h_1**2) * (W.T @ to_a_2)", "W.T @ to_a_2")],
    ),
    Mistake(
        "theory-w-not-transposed",
        MODULE,
        "The way back goes through W instead of its transpose.",
        "Let W have a single 1, in row 1 and column 2, and write down which entry of h₁ acts on which of a₂.",
        ["theory_gradient"],
        [("W.T @ to_a_2", "W @ to_a_2")],
    ),
    Mistake(
        "theory-transposed",
        MODULE,
        "The gradient has the shape (D, H) instead of (H, D).",
        "Compare the shape of your result with that of U for D = 2 and H = 4.",
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
        "The sign is wrong: the softmax is subtracted from the one-hot vector.",
        "Run the example of section 3: there the loss grows with U, so the derivative is positive.",
        ["theory_gradient"],
        [("to_o_2 = p_2 - (np.arange(len(c)) == y[1])", "to_o_2 = (np.arange(len(c)) == y[1]) - p_2")],
    ),
    Mistake(
        "theory-no-onehot",
        MODULE,
        "The one-hot vector of the right class is not subtracted from the softmax.",
        "Change y₂ alone; if the gradient stays the same, a term of the loss has been lost.",
        ["theory_gradient"],
        [("to_o_2 = p_2 - (np.arange(len(c)) == y[1])", "to_o_2 = p_2")],
    ),
    Mistake(
        "theory-label-of-t3",
        MODULE,
        "The label of step 3 is used in place of that of step 2.",
        "Write the time steps 1, 2, 3 above the indices 0, 1, 2 of the array y.",
        ["theory_gradient"],
        [("to_o_2 = p_2 - (np.arange(len(c)) == y[1])", "to_o_2 = p_2 - (np.arange(len(c)) == y[2])")],
    ),
    Mistake(
        "theory-label-of-t1",
        MODULE,
        "The label of step 1 is used in place of that of step 2.",
        "Run the edge cases of the notebook; the line about y₁ and y₃ tells you which label you read.",
        ["theory_gradient"],
        [("to_o_2 = p_2 - (np.arange(len(c)) == y[1])", "to_o_2 = p_2 - (np.arange(len(c)) == y[0])")],
    ),
    Mistake(
        "theory-inputs-swapped",
        MODULE,
        "x₁ and x₂ change places in the two outer products.",
        "Set x₁ = 0, then x₂ = 0, and say for each case which of your two terms must vanish.",
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
        "The bias b is left out at step 1.",
        "Put your lines of h₁ and h₂ below the equation of a_t and compare them term by term.",
        ["theory_gradient"],
        [("h_1 = np.tanh(U @ x[0] + b)", "h_1 = np.tanh(U @ x[0])")],
    ),
    Mistake(
        "theory-float32",
        MODULE,
        "The result is float32 instead of float64.",
        "Print the dtype of your result and search the code for a conversion; the inputs are float64 already.",
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
        "The derivative of tanh at step 2 is taken at h₂ instead of a₂, so tanh is applied twice.",
        "On paper, express the derivative of tanh at a by h = tanh(a), and check which of the two you square.",
        ["theory_gradient"],
        [("(1 - h_2**2)", "(1 - np.tanh(h_2)**2)")],
    ),
    Mistake(
        "theory-scaled",
        MODULE,
        "The gradient is divided by 3, as if the loss were the mean of three steps.",
        "Reread the task below the equations: it names the one loss whose gradient is asked for.",
        ["theory_gradient"],
        [("to_o_2 = p_2 - (np.arange(len(c)) == y[1])", "to_o_2 = (p_2 - (np.arange(len(c)) == y[1])) / 3")],
    ),
    Mistake(
        "theory-all-losses",
        MODULE,
        "The losses at t = 1 and t = 2 are added up instead of taking the one at t = 2 alone.",
        "Change y₁ alone and look whether your result moves; the last formula of broken versions B is like yours.",
        ["theory_gradient"],
        [
            (
                "to_a_1 = (1 - h_1**2) * (W.T @ to_a_2)",
                (
                    "o_1 = V @ h_1 + c\n"
                    "    p_1 = np.exp(o_1 - o_1.max())\n"
                    "    to_o_1 = p_1 / p_1.sum() - (np.arange(len(c)) == y[0])\n"
                    "    to_a_1 = (1 - h_1**2) * (W.T @ to_a_2 + V.T @ to_o_1)"
                ),
            )
        ],
    ),
    Mistake(
        "theory-tanh-linear",
        MODULE,
        "The derivative of tanh is taken as 1 − h instead of 1 − h².",
        "Try your factor at h = −0.5 and compare with the slope of tanh, which is never above 1.",
        ["theory_gradient"],
        [("(1 - h_2**2)", "(1 - h_2)"), ("(1 - h_1**2)", "(1 - h_1)")],
    ),
    Mistake(
        "theory-far-way-no-tanh",
        MODULE,
        "On the way to h₁, the derivative of tanh at step 2 is left out.",
        "Write down all arrows on the path from L₂ over a₂ and h₁ to U; the path passes two tanh.",
        ["theory_gradient"],
        [("to_a_1 = (1 - h_1**2) * (W.T @ to_a_2)", "to_a_1 = (1 - h_1**2) * (W.T @ (V.T @ to_o_2))")],
    ),
    Mistake(
        "theory-third-loss",
        MODULE,
        "The gradient of the loss at t = 3 comes back instead of the one at t = 2.",
        "Change x₃ alone; nothing leads from it to L₂, so your result must stay.",
        ["theory_gradient"],
        [
            ("    o_2 = V @ h_2 + c", ("    h_3 = np.tanh(U @ x[2] + W @ h_2 + b)\n    o_2 = V @ h_3 + c")),
            ("y[1]", "y[2]"),
            (
                "to_a_2 = (1 - h_2**2) * (V.T @ to_o_2)",
                ("to_a_3 = (1 - h_3**2) * (V.T @ to_o_2)\n    to_a_2 = (1 - h_2**2) * (W.T @ to_a_3)"),
            ),
            (
                "return np.outer(to_a_2, x[1]) + np.outer(to_a_1, x[0])",
                "return np.outer(to_a_2, x[1]) + np.outer(to_a_1, x[0]) + np.outer(to_a_3, x[2])",
            ),
        ],
    ),
    Mistake(
        "theory-changes-c",
        MODULE,
        "The array c is changed in place: the next call with it gets other numbers.",
        "Print c before and after a call. Which operator changes an array instead of making a new one?",
        ["theory_gradient"],
        [("    o_2 = V @ h_2 + c", "    c += V @ h_2\n    o_2 = c")],
    ),
)
