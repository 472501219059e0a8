"""The Transformer encoder: the embedding and the two heads."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/Transformer.py"

MISTAKES = (
    Mistake(
        "embed-no-position",
        MODULE,
        "The position embedding is not added.",
        "",
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
        "Positions count the sentences of the batch, not the words.",
        "",
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
        "Positions start at 1 instead of 0.",
        "",
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
        "The position embedding is looked up with the word's id.",
        "",
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
        "",
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
        "The word embedding is scaled by √H.",
        "",
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
        "The code works only for T = max_length.",
        "",
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
        "No gradient reaches the position embedding.",
        "",
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
        "",
        ["transformer_embed"],
        [("        return embedded", "        return embedded.squeeze(0)")],
    ),
    Mistake(
        "embed-one-position",
        MODULE,
        "All words get the position 0.",
        "",
        ["transformer_embed"],
        [
            (
                "positions = torch.arange(inputs.shape[1], device=inputs.device)",
                "positions = torch.zeros(inputs.shape[1], dtype=torch.long)",
            )
        ],
    ),
    Mistake(
        "heads-no-scale",
        MODULE,
        "The scores are not scaled by √dim_k.",
        "",
        ["transformer_attention"],
        [("q @ k.transpose(1, 2) / math.sqrt(self.dim_k)", "q @ k.transpose(1, 2)")],
    ),
    Mistake(
        "heads-scale-dim",
        MODULE,
        "The scores are divided by dim_k, not by its root.",
        "",
        ["transformer_attention"],
        [("q @ k.transpose(1, 2) / math.sqrt(self.dim_k)", "q @ k.transpose(1, 2) / self.dim_k")],
    ),
    Mistake(
        "heads-scale-hidden",
        MODULE,
        "The scores are scaled by √hidden_dim.",
        "",
        ["transformer_attention"],
        [("q @ k.transpose(1, 2) / math.sqrt(self.dim_k)", "q @ k.transpose(1, 2) / math.sqrt(self.hidden_dim)")],
    ),
    Mistake(
        "heads-scale-value",
        MODULE,
        "The scores are scaled by √dim_v.",
        "",
        ["transformer_attention"],
        [("q @ k.transpose(1, 2) / math.sqrt(self.dim_k)", "q @ k.transpose(1, 2) / math.sqrt(self.dim_v)")],
    ),
    Mistake(
        "heads-softmax-queries",
        MODULE,
        "The softmax runs over the queries.",
        "",
        ["transformer_attention"],
        [("weights = self.softmax(", "weights = nn.functional.softmax(dim=1, input=")],
    ),
    Mistake(
        "heads-softmax-batch",
        MODULE,
        "The softmax runs over the batch.",
        "",
        ["transformer_attention"],
        [("weights = self.softmax(", "weights = nn.functional.softmax(dim=0, input=")],
    ),
    Mistake(
        "heads-key-times-query",
        MODULE,
        "The scores are k qᵀ instead of q kᵀ.",
        "",
        ["transformer_attention"],
        [("q @ k.transpose(1, 2) / math.sqrt(self.dim_k)", "k @ q.transpose(1, 2) / math.sqrt(self.dim_k)")],
    ),
    Mistake(
        "heads-one-head-twice",
        MODULE,
        "The second head uses the first head's layers.",
        "",
        ["transformer_attention"],
        [("q, k, v = self.q2(x), self.k2(x), self.v2(x)", "q, k, v = self.q1(x), self.k1(x), self.v1(x)")],
    ),
    Mistake(
        "heads-second-value",
        MODULE,
        "The second head uses v1.",
        "",
        ["transformer_attention"],
        [("q, k, v = self.q2(x), self.k2(x), self.v2(x)", "q, k, v = self.q2(x), self.k2(x), self.v1(x)")],
    ),
    Mistake(
        "heads-heads-swapped",
        MODULE,
        "Head 2 comes before head 1.",
        "",
        ["transformer_attention"],
        [("torch.cat((head_1, head_2), dim=2)", "torch.cat((head_2, head_1), dim=2)")],
    ),
    Mistake(
        "heads-interleaved",
        MODULE,
        "The heads' numbers alternate instead of standing side by side.",
        "",
        ["transformer_attention"],
        [("torch.cat((head_1, head_2), dim=2)", "torch.stack((head_1, head_2), dim=3).flatten(2)")],
    ),
    Mistake(
        "heads-no-residual",
        MODULE,
        "The input is not added before LayerNorm.",
        "",
        ["transformer_attention"],
        [("outputs = self.norm_mh(x + projected)", "outputs = self.norm_mh(projected)")],
    ),
    Mistake(
        "heads-no-norm",
        MODULE,
        "LayerNorm is left out.",
        "",
        ["transformer_attention"],
        [("outputs = self.norm_mh(x + projected)", "outputs = x + projected")],
    ),
    Mistake(
        "heads-norm-first",
        MODULE,
        "LayerNorm comes before the sum.",
        "",
        ["transformer_attention"],
        [("outputs = self.norm_mh(x + projected)", "outputs = x + self.norm_mh(projected)")],
    ),
    Mistake(
        "heads-pre-norm",
        MODULE,
        "The sum gets the normalised input.",
        "",
        ["transformer_attention"],
        [("outputs = self.norm_mh(x + projected)", "outputs = self.norm_mh(self.norm_mh(x) + projected)")],
    ),
    Mistake(
        "heads-causal",
        MODULE,
        "Positions do not see the words after them.",
        "",
        ["transformer_attention"],
        [
            (
                "weights = self.softmax(q @ k.transpose(1, 2) / math.sqrt(self.dim_k))",
                (
                    "scores = q @ k.transpose(1, 2) / math.sqrt(self.dim_k)\n"
                    "        weights = self.softmax(scores + torch.full_like(scores, -1e9).triu(1))"
                ),
            )
        ],
    ),
    Mistake(
        "heads-mutates",
        MODULE,
        "The input is changed in place.",
        "",
        ["transformer_attention"],
        [("outputs = self.norm_mh(x + projected)", ("x += projected\n        outputs = self.norm_mh(x)"))],
    ),
    Mistake(
        "heads-detached",
        MODULE,
        "No gradient goes through the attention weights.",
        "",
        ["transformer_attention"],
        [("weights @ v", "weights.detach() @ v")],
    ),
    Mistake(
        "heads-no-projection-bias",
        MODULE,
        "The projection's bias is left out.",
        "",
        ["transformer_attention"],
        [
            (
                "self.attention_head_projection(torch.cat((head_1, head_2), dim=2))",
                "torch.cat((head_1, head_2), dim=2) @ self.attention_head_projection.weight.T",
            )
        ],
    ),
    Mistake(
        "heads-other-norm",
        MODULE,
        "The feed-forward layer's LayerNorm is used.",
        "",
        ["transformer_attention"],
        [("outputs = self.norm_mh(x + projected)", "outputs = self.norm_ff(x + projected)")],
    ),
)
