"""The Transformer encoder: the four methods in a row."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/Transformer.py"

MISTAKES = (
    Mistake(
        "forward-no-attention",
        MODULE,
        "multi_head_attention is left out.",
        "Count the methods in the equation of the step and the calls in your forward.",
        ["transformer_forward"],
        [("        x = self.multi_head_attention(x)  # (N, T, H)\n", "")],
    ),
    Mistake(
        "forward-no-feedforward",
        MODULE,
        "feedforward_layer is left out, or its result is not used.",
        "Check for each line of forward that the next one reads its result.",
        ["transformer_forward"],
        [("        x = self.feedforward_layer(x)  # (N, T, H)\n", "")],
    ),
    Mistake(
        "forward-order",
        MODULE,
        "feedforward_layer comes before multi_head_attention.",
        "Number the four methods in the equation, from the innermost bracket to the outermost.",
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
        "multi_head_attention runs twice.",
        "Tick off each of your four methods once while you read forward; one is ticked twice.",
        ["transformer_forward"],
        [("x = self.multi_head_attention(x)", "x = self.multi_head_attention(self.multi_head_attention(x))")],
    ),
    Mistake(
        "forward-softmax",
        MODULE,
        "A softmax follows final_layer.",
        "Compare what forward returns with what final_layer returned; the two should be equal.",
        ["transformer_forward"],
        [("scores = self.final_layer(x)", "scores = torch.softmax(self.final_layer(x), dim=2)")],
    ),
    Mistake(
        "forward-residual",
        MODULE,
        "The input of feedforward_layer is added to its result once more.",
        "Look up where the sum with the input is done already, and what is then left for forward to do.",
        ["transformer_forward"],
        [("x = self.feedforward_layer(x)", "x = x + self.feedforward_layer(x)")],
    ),
    Mistake(
        "forward-argmax",
        MODULE,
        "The most likely words come back instead of the scores.",
        "Compare the number of dimensions of your result with the last shape in the text of the step.",
        ["transformer_forward"],
        [("scores = self.final_layer(x)", "scores = self.final_layer(x).argmax(dim=2)")],
    ),
    Mistake(
        "forward-detached",
        MODULE,
        "No gradient gets back through forward.",
        "Check that the result has a grad_fn, and search forward for detach(), .data or torch.no_grad().",
        ["transformer_forward"],
        [("scores = self.final_layer(x)", "scores = self.final_layer(x).detach()")],
    ),
    Mistake(
        "forward-feed-twice",
        MODULE,
        "feedforward_layer runs twice.",
        "Write the shapes of the text below your lines: there are four arrows, and one of them belongs to this method.",
        ["transformer_forward"],
        [("x = self.feedforward_layer(x)", "x = self.feedforward_layer(self.feedforward_layer(x))")],
    ),
    Mistake(
        "forward-time-last",
        MODULE,
        "The scores have the shape (N, V, T) instead of (N, T, V).",
        "Use N = 2, T = 5 and V = 31 and compare the shape that final_layer gives with the one you return.",
        ["transformer_forward"],
        [("scores = self.final_layer(x)", "scores = self.final_layer(x).transpose(1, 2)")],
    ),
    Mistake(
        "forward-attention-residual",
        MODULE,
        "The input of multi_head_attention is added to its result once more.",
        "Each stage adds its own input inside; read your forward again and look for a plus sign.",
        ["transformer_forward"],
        [("x = self.multi_head_attention(x)", "x = x + self.multi_head_attention(x)")],
    ),
)
