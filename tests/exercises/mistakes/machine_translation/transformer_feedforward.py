"""The Transformer encoder: the feed-forward layer."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/Transformer.py"

MISTAKES = (
    Mistake(
        "feed-no-relu",
        MODULE,
        "The ReLU between the two Linear layers is missing.",
        "Do the second row of the example by hand; the column after ReLU says what becomes of −2.",
        ["transformer_feedforward"],
        [("hidden = torch.relu(self.linear_1(x))", "hidden = self.linear_1(x)")],
    ),
    Mistake(
        "feed-relu-twice",
        MODULE,
        "A second ReLU follows the second Linear layer.",
        "Count the ReLUs in the equation of z, then in your method.",
        ["transformer_feedforward"],
        [
            (
                "outputs = self.norm_ff(x + self.linear_2(hidden))",
                "outputs = self.norm_ff(x + torch.relu(self.linear_2(hidden)))",
            )
        ],
    ),
    Mistake(
        "feed-gelu",
        MODULE,
        "GELU stands in place of the ReLU.",
        "Give −2 to your activation function and compare the result with the table of the example.",
        ["transformer_feedforward"],
        [("hidden = torch.relu(self.linear_1(x))", "hidden = nn.functional.gelu(self.linear_1(x))")],
    ),
    Mistake(
        "feed-no-residual",
        MODULE,
        "The input x is not added before LayerNorm.",
        "Set both Linear layers to zero; what is left must be LayerNorm of the input.",
        ["transformer_feedforward"],
        [("outputs = self.norm_ff(x + self.linear_2(hidden))", "outputs = self.norm_ff(self.linear_2(hidden))")],
    ),
    Mistake(
        "feed-no-norm",
        MODULE,
        "The LayerNorm at the end is left out.",
        "Try (20, 1, 1) and (2, 1, 1) of the example; the prediction in the notebook says how their results compare.",
        ["transformer_feedforward"],
        [("outputs = self.norm_ff(x + self.linear_2(hidden))", "outputs = x + self.linear_2(hidden)")],
    ),
    Mistake(
        "feed-norm-mh",
        MODULE,
        "norm_mh is used a second time instead of a LayerNorm of this part's own.",
        "Print the model and count its LayerNorms; each of the two has one method that uses it.",
        ["transformer_feedforward"],
        [("outputs = self.norm_ff(x + self.linear_2(hidden))", "outputs = self.norm_mh(x + self.linear_2(hidden))")],
    ),
    Mistake(
        "feed-norm-before-sum",
        MODULE,
        "LayerNorm works on the second Linear layer's result alone, and the input is added afterwards.",
        "Follow (2, 1, 1) through the columns of the example and note where the sum stands.",
        ["transformer_feedforward"],
        [("outputs = self.norm_ff(x + self.linear_2(hidden))", "outputs = x + self.norm_ff(self.linear_2(hidden))")],
    ),
    Mistake(
        "feed-norm-over-words",
        MODULE,
        "LayerNorm runs over all positions of a sentence together instead of each one by itself.",
        "Change the vector of one position; the results of all the others must stay as they are.",
        ["transformer_feedforward"],
        [
            (
                "outputs = self.norm_ff(x + self.linear_2(hidden))",
                (
                    "x = x + self.linear_2(hidden)\n"
                    "        x = nn.functional.layer_norm(x, x.shape[1:])\n"
                    "        outputs = x * self.norm_ff.weight + self.norm_ff.bias"
                ),
            )
        ],
    ),
    Mistake(
        "feed-no-grad",
        MODULE,
        "No gradient gets back through the first Linear layer.",
        "After backward(), look which of your two Linear layers has no gradient, and what surrounds its line.",
        ["transformer_feedforward"],
        [
            (
                "hidden = torch.relu(self.linear_1(x))",
                ("with torch.no_grad():\n            hidden = torch.relu(self.linear_1(x))"),
            )
        ],
    ),
    Mistake(
        "feed-mutates",
        MODULE,
        "The input x itself is changed.",
        "Keep a copy of x, call the method, and compare; x += … writes into the caller's tensor.",
        ["transformer_feedforward"],
        [
            (
                "outputs = self.norm_ff(x + self.linear_2(hidden))",
                ("x += self.linear_2(hidden)\n        outputs = self.norm_ff(x)"),
            )
        ],
    ),
    Mistake(
        "feed-hidden-size",
        MODULE,
        "The size in the middle is hidden_dim instead of dim_feedforward.",
        "Build a model with hidden_dim=8 and dim_feedforward=11, print it, and look for the 11.",
        ["transformer_feedforward"],
        [
            ("nn.Linear(hidden_dim, dim_feedforward)", "nn.Linear(hidden_dim, hidden_dim)"),
            ("nn.Linear(dim_feedforward, hidden_dim)", "nn.Linear(hidden_dim, hidden_dim)"),
        ],
    ),
    Mistake(
        "feed-relu-first",
        MODULE,
        "The ReLU comes before the first Linear layer instead of after it.",
        "Start at the innermost bracket of the equation of z and write down what happens to y first.",
        ["transformer_feedforward"],
        [("hidden = torch.relu(self.linear_1(x))", "hidden = self.linear_1(torch.relu(x))")],
    ),
    Mistake(
        "feed-residual-after",
        MODULE,
        "The input is added a second time, after LayerNorm.",
        "Compute the mean of one position of your result; after a fresh LayerNorm it is 0.",
        ["transformer_feedforward"],
        [
            (
                "outputs = self.norm_ff(x + self.linear_2(hidden))",
                "outputs = x + self.norm_ff(x + self.linear_2(hidden))",
            )
        ],
    ),
    Mistake(
        "feed-pre-norm",
        MODULE,
        "LayerNorm comes before the Linear layers instead of after the sum.",
        "Read the columns of the example from left to right: normalising is the last thing that happens.",
        ["transformer_feedforward"],
        [
            ("hidden = torch.relu(self.linear_1(x))", "hidden = torch.relu(self.linear_1(self.norm_ff(x)))"),
            ("outputs = self.norm_ff(x + self.linear_2(hidden))", "outputs = x + self.linear_2(hidden)"),
        ],
    ),
)
