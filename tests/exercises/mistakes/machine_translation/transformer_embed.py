"""The Transformer encoder: the embeddings."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/Transformer.py"

MISTAKES = (
    Mistake(
        "embed-no-position",
        MODULE,
        "The position vectors are not added.",
        "Embed a sentence that has the same word twice; its two vectors must differ.",
        ["transformer_embed"],
        [
            (
                "embedded = self.word_embedding(inputs) + self.position_embedding(positions)",
                "embedded = self.word_embedding(inputs)",
            )
        ],
    ),
    Mistake(
        "embed-positions-of-batch",
        MODULE,
        "The positions count the sentences of the batch instead of the words of a sentence.",
        "Use N = 3 and T = 5 and write down how many position ids you make, and which number they depend on.",
        ["transformer_embed"],
        [
            (
                "torch.arange(inputs.shape[1], device=inputs.device)",
                "torch.arange(inputs.shape[0], device=inputs.device) % self.max_length",
            ),
            (
                "embedded = self.word_embedding(inputs) + self.position_embedding(positions)",
                "embedded = self.word_embedding(inputs) + self.position_embedding(positions)[:, None]",
            ),
        ],
    ),
    Mistake(
        "embed-positions-from-one",
        MODULE,
        "The positions start with 1 instead of 0.",
        "Write down the ids that you look up for T = 3 and compare them with t beside the equation.",
        ["transformer_embed"],
        [
            (
                "positions = torch.arange(inputs.shape[1], device=inputs.device)",
                "positions = (torch.arange(inputs.shape[1]) + 1) % self.max_length",
            )
        ],
    ),
    Mistake(
        "embed-position-of-word",
        MODULE,
        "The position table is asked with the ids of the words instead of their positions.",
        "Swap two words of a sentence: which position vectors you look up must not change.",
        ["transformer_embed"],
        [
            (
                "embedded = self.word_embedding(inputs) + self.position_embedding(positions)",
                ("embedded = self.word_embedding(inputs) + self.position_embedding(inputs % self.max_length)"),
            )
        ],
    ),
    Mistake(
        "embed-product",
        MODULE,
        "The two embeddings are multiplied instead of added.",
        "Do b a b of the example by hand and compare its first vector with yours.",
        ["transformer_embed"],
        [
            (
                "embedded = self.word_embedding(inputs) + self.position_embedding(positions)",
                "embedded = self.word_embedding(inputs) * self.position_embedding(positions)",
            )
        ],
    ),
    Mistake(
        "embed-scaled",
        MODULE,
        "The word vectors are multiplied by √H before the sum.",
        "Read the last of the three conventions at the beginning of the notebook again.",
        ["transformer_embed"],
        [
            (
                "embedded = self.word_embedding(inputs) + self.position_embedding(positions)",
                (
                    "embedded = self.word_embedding(inputs) * math.sqrt(self.hidden_dim) + "
                    "self.position_embedding(positions)"
                ),
            )
        ],
    ),
    Mistake(
        "embed-full-length",
        MODULE,
        "The position ids always go up to max_length, so shorter sentences fail.",
        "Embed a sentence that is shorter than max_length and write down the shapes of both terms of the sum.",
        ["transformer_embed"],
        [
            (
                "positions = torch.arange(inputs.shape[1], device=inputs.device)",
                "positions = torch.arange(self.max_length)",
            )
        ],
    ),
    Mistake(
        "embed-position-detached",
        MODULE,
        "No gradient reaches the position table.",
        "Call embed(ids).sum().backward() and compare the gradients of your two tables.",
        ["transformer_embed"],
        [
            (
                "embedded = self.word_embedding(inputs) + self.position_embedding(positions)",
                "embedded = self.word_embedding(inputs) + self.position_embedding(positions).detach()",
            )
        ],
    ),
    Mistake(
        "embed-squeezed",
        MODULE,
        "A batch of one sentence loses its first dimension.",
        "Embed a single sentence and count the dimensions of the result.",
        ["transformer_embed"],
        [("        return embedded", "        return embedded.squeeze(0)")],
    ),
    Mistake(
        "embed-one-position",
        MODULE,
        "All words get the vector of position 0.",
        "Broken version A at the end of the notebook has the same fault; compare its picture with yours.",
        ["transformer_embed"],
        [
            (
                "positions = torch.arange(inputs.shape[1], device=inputs.device)",
                "positions = torch.zeros(inputs.shape[1], dtype=torch.long)",
            )
        ],
    ),
    Mistake(
        "embed-one-table",
        MODULE,
        "The positions are looked up in the table of the words.",
        "After backward(), see which rows of which table have a gradient; a sentence of T words needs T positions.",
        ["transformer_embed"],
        [
            (
                "embedded = self.word_embedding(inputs) + self.position_embedding(positions)",
                "embedded = self.word_embedding(inputs) + self.word_embedding(positions)",
            )
        ],
    ),
    Mistake(
        "embed-time-first",
        MODULE,
        "The result has the shape (T, N, H) instead of (N, T, H).",
        "Embed N = 3 sentences of T = 5 words and write down the shape after every line.",
        ["transformer_embed"],
        [("        return embedded", "        return embedded.transpose(0, 1)")],
    ),
    Mistake(
        "embed-fixed-length",
        MODULE,
        "The position table always has 43 rows, whatever max_length says.",
        "Build a model with max_length=9 and count the rows of its position table.",
        ["transformer_embed"],
        [
            (
                "self.position_embedding = nn.Embedding(max_length, hidden_dim)",
                "self.position_embedding = nn.Embedding(43, hidden_dim)",
            )
        ],
    ),
)
