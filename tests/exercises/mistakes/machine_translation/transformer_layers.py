"""The Transformer encoder: feed-forward layer, scores, and the four in a row."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/Transformer.py"

MISTAKES = (
    Mistake(
        "feed-no-relu",
        MODULE,
        "The ReLU is missing.",
        "",
        ["transformer_feedforward"],
        [("hidden = torch.relu(self.linear_1(x))", "hidden = self.linear_1(x)")],
    ),
    Mistake(
        "feed-relu-twice",
        MODULE,
        "A second ReLU follows the second Linear layer.",
        "",
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
        "GELU stands in for the ReLU.",
        "",
        ["transformer_feedforward"],
        [("hidden = torch.relu(self.linear_1(x))", "hidden = nn.functional.gelu(self.linear_1(x))")],
    ),
    Mistake(
        "feed-no-residual",
        MODULE,
        "The input is not added.",
        "",
        ["transformer_feedforward"],
        [("outputs = self.norm_ff(x + self.linear_2(hidden))", "outputs = self.norm_ff(self.linear_2(hidden))")],
    ),
    Mistake(
        "feed-no-norm",
        MODULE,
        "LayerNorm is left out.",
        "",
        ["transformer_feedforward"],
        [("outputs = self.norm_ff(x + self.linear_2(hidden))", "outputs = x + self.linear_2(hidden)")],
    ),
    Mistake(
        "feed-norm-mh",
        MODULE,
        "norm_mh is used twice instead of a LayerNorm of its own.",
        "",
        ["transformer_feedforward"],
        [("outputs = self.norm_ff(x + self.linear_2(hidden))", "outputs = self.norm_mh(x + self.linear_2(hidden))")],
    ),
    Mistake(
        "feed-norm-before-sum",
        MODULE,
        "LayerNorm comes before the sum.",
        "",
        ["transformer_feedforward"],
        [("outputs = self.norm_ff(x + self.linear_2(hidden))", "outputs = x + self.norm_ff(self.linear_2(hidden))")],
    ),
    Mistake(
        "feed-norm-over-words",
        MODULE,
        "LayerNorm runs over the whole sentence.",
        "",
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
        "No gradient reaches the feed-forward layers.",
        "",
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
        "The input is changed in place.",
        "",
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
        "The inner size is hidden_dim, not dim_feedforward.",
        "",
        ["transformer_feedforward"],
        [
            ("nn.Linear(hidden_dim, dim_feedforward)", "nn.Linear(hidden_dim, hidden_dim)"),
            ("nn.Linear(dim_feedforward, hidden_dim)", "nn.Linear(hidden_dim, hidden_dim)"),
        ],
    ),
    Mistake(
        "final-softmax",
        MODULE,
        "A softmax is applied to the scores.",
        "",
        ["transformer_final"],
        [("scores = self.score(x)", "scores = torch.softmax(self.score(x), dim=2)")],
    ),
    Mistake(
        "final-log-softmax",
        MODULE,
        "A log-softmax is applied to the scores.",
        "",
        ["transformer_final"],
        [("scores = self.score(x)", "scores = torch.log_softmax(self.score(x), dim=2)")],
    ),
    Mistake(
        "final-last-word",
        MODULE,
        "Only the last word gets scores.",
        "",
        ["transformer_final"],
        [("scores = self.score(x)", "scores = self.score(x[:, -1])")],
    ),
    Mistake(
        "final-relu",
        MODULE,
        "A ReLU is applied to the scores.",
        "",
        ["transformer_final"],
        [("scores = self.score(x)", "scores = torch.relu(self.score(x))")],
    ),
    Mistake(
        "final-no-bias",
        MODULE,
        "The final layer has no bias.",
        "",
        ["transformer_final"],
        [
            (
                ("self.score = nn.Linear(hidden_dim, output_size)\n\n        self.to(device)\n\n    def embed"),
                (
                    "self.score = nn.Linear(hidden_dim, output_size, bias=False)\n"
                    "\n"
                    "        self.to(device)\n"
                    "\n"
                    "    def embed"
                ),
            )
        ],
    ),
    Mistake(
        "final-input-size",
        MODULE,
        "The final layer goes to input_size.",
        "",
        ["transformer_final"],
        [
            (
                ("self.score = nn.Linear(hidden_dim, output_size)\n\n        self.to(device)\n\n    def embed"),
                ("self.score = nn.Linear(hidden_dim, input_size)\n\n        self.to(device)\n\n    def embed"),
            )
        ],
    ),
    Mistake(
        "final-detached",
        MODULE,
        "No gradient goes back through the final layer.",
        "",
        ["transformer_final"],
        [("scores = self.score(x)", "scores = self.score(x.detach())")],
    ),
    Mistake(
        "forward-no-attention",
        MODULE,
        "multi_head_attention is left out.",
        "",
        ["transformer_forward"],
        [("        x = self.multi_head_attention(x)  # (N, T, H)\n", "")],
    ),
    Mistake(
        "forward-no-feedforward",
        MODULE,
        "feedforward_layer is left out.",
        "",
        ["transformer_forward"],
        [("        x = self.feedforward_layer(x)  # (N, T, H)\n", "")],
    ),
    Mistake(
        "forward-order",
        MODULE,
        "The feed-forward layer comes before attention.",
        "",
        ["transformer_forward"],
        [
            (
                ("x = self.multi_head_attention(x)  # (N, T, H)\n        x = self.feedforward_layer(x)"),
                ("x = self.feedforward_layer(x)  # (N, T, H)\n        x = self.multi_head_attention(x)"),
            )
        ],
    ),
    Mistake(
        "forward-attention-twice",
        MODULE,
        "Attention runs twice.",
        "",
        ["transformer_forward"],
        [("x = self.multi_head_attention(x)", "x = self.multi_head_attention(self.multi_head_attention(x))")],
    ),
    Mistake(
        "forward-softmax",
        MODULE,
        "A softmax is applied to the scores.",
        "",
        ["transformer_forward"],
        [("scores = self.final_layer(x)", "scores = torch.softmax(self.final_layer(x), dim=2)")],
    ),
    Mistake(
        "forward-residual",
        MODULE,
        "The stages are added instead of chained.",
        "",
        ["transformer_forward"],
        [("x = self.feedforward_layer(x)", "x = x + self.feedforward_layer(x)")],
    ),
    Mistake(
        "forward-argmax",
        MODULE,
        "Words are returned instead of scores.",
        "",
        ["transformer_forward"],
        [("scores = self.final_layer(x)", "scores = self.final_layer(x).argmax(dim=2)")],
    ),
    Mistake(
        "forward-detached",
        MODULE,
        "No gradient gets through forward.",
        "",
        ["transformer_forward"],
        [("scores = self.final_layer(x)", "scores = self.final_layer(x).detach()")],
    ),
)
