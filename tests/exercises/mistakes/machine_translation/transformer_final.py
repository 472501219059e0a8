"""The Transformer encoder: the scores."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/Transformer.py"

MISTAKES = (
    Mistake(
        "final-softmax",
        MODULE,
        "A softmax is applied to the scores.",
        "Reread why the step asks for raw scores: find out who takes the softmax later.",
        ["transformer_final"],
        [("scores = self.score(x)", "scores = torch.softmax(self.score(x), dim=2)")],
    ),
    Mistake(
        "final-log-softmax",
        MODULE,
        "A log-softmax is applied to the scores.",
        "Set the layer's bias to large numbers; raw scores become large, log-probabilities never get above 0.",
        ["transformer_final"],
        [("scores = self.score(x)", "scores = torch.log_softmax(self.score(x), dim=2)")],
    ),
    Mistake(
        "final-last-word",
        MODULE,
        "Only the last position of each sentence gets scores.",
        "Score a sentence of T = 5 words and look for the 5 in the shape of the result.",
        ["transformer_final"],
        [("scores = self.score(x)", "scores = self.score(x[:, -1])")],
    ),
    Mistake(
        "final-relu",
        MODULE,
        "Negative scores become 0: a ReLU is applied to them.",
        "Look for negative numbers in the result; about half of a fresh model's scores have that sign.",
        ["transformer_final"],
        [("scores = self.score(x)", "scores = torch.relu(self.score(x))")],
    ),
    Mistake(
        "final-no-bias",
        MODULE,
        "The Linear layer that scores the words has no bias.",
        "Give the method a tensor of zeros; what comes out is your layer's bias.",
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
        "The scores belong to the source vocabulary: their number is input_size instead of output_size.",
        "Build a model with two different vocabulary sizes and read the last dimension of the scores.",
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
        "No gradient gets back through the final layer to what comes before it.",
        "Call backward() on the scores and see whether x gets a gradient.",
        ["transformer_final"],
        [("scores = self.score(x)", "scores = self.score(x.detach())")],
    ),
    Mistake(
        "final-time-last",
        MODULE,
        "The scores have the shape (N, V, T) instead of (N, T, V).",
        "Compare your shape with the table of symbols; if a loss wants it turned, that is the training code's work.",
        ["transformer_final"],
        [("scores = self.score(x)", "scores = self.score(x).transpose(1, 2)")],
    ),
    Mistake(
        "final-flat",
        MODULE,
        "Sentences and positions are joined into one dimension, (N · T, V).",
        "Count the dimensions of your result; a Linear layer leaves N and T alone without any help.",
        ["transformer_final"],
        [("scores = self.score(x)", "scores = self.score(x).flatten(0, 1)")],
    ),
    Mistake(
        "final-words",
        MODULE,
        "The most likely words come back instead of the scores.",
        "Write down the last dimension of your result; it should be as large as the target vocabulary.",
        ["transformer_final"],
        [("scores = self.score(x)", "scores = self.score(x).argmax(dim=2)")],
    ),
)
