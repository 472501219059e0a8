"""The full Transformer's forward pass."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/Transformer.py"

MISTAKES = (
    Mistake(
        "full-no-shift",
        MODULE,
        "The target is not shifted.",
        "",
        ["full_forward"],
        [("tgt = self.add_start_token(tgt)", "tgt = tgt.clone()")],
    ),
    Mistake(
        "full-no-causal",
        MODULE,
        "There is no causal mask: words see those after them.",
        "",
        ["full_forward"],
        [
            (
                ("decoded = self.transformer(source, target, tgt_mask=causal, tgt_key_padding_mask=padding)"),
                "decoded = self.transformer(source, target, tgt_key_padding_mask=padding)",
            )
        ],
    ),
    Mistake(
        "full-causal-inverted",
        MODULE,
        "The causal mask hides the past instead of the future.",
        "",
        ["full_forward"],
        [("torch.triu(everything, diagonal=1)", "torch.triu(everything, diagonal=1).T")],
    ),
    Mistake(
        "full-causal-diagonal",
        MODULE,
        "The causal mask hides a word from itself, but for the first.",
        "",
        ["full_forward"],
        [
            (
                "        padding = tgt",
                ("        causal[1:] |= torch.eye(length, dtype=torch.bool)[1:]\n        padding = tgt"),
            )
        ],
    ),
    Mistake(
        "full-no-padding",
        MODULE,
        "There is no padding mask.",
        "",
        ["full_forward"],
        [
            (
                ("decoded = self.transformer(source, target, tgt_mask=causal, tgt_key_padding_mask=padding)"),
                "decoded = self.transformer(source, target, tgt_mask=causal)",
            )
        ],
    ),
    Mistake(
        "full-padding-unshifted",
        MODULE,
        "The padding mask belongs to the target before the shift.",
        "",
        ["full_forward"],
        [
            ("        padding = tgt == self.pad_idx\n", ""),
            (
                "tgt = self.add_start_token(tgt)",
                ("padding = tgt == self.pad_idx\n        tgt = self.add_start_token(tgt)"),
            ),
        ],
    ),
    Mistake(
        "full-padding-inverted",
        MODULE,
        "The padding mask is inverted.",
        "",
        ["full_forward"],
        [("padding = tgt == self.pad_idx", "padding = tgt != self.pad_idx")],
    ),
    Mistake(
        "full-padding-fixed",
        MODULE,
        "The padding is always 1, whatever ignore_index says.",
        "",
        ["full_forward"],
        [("padding = tgt == self.pad_idx", "padding = tgt == 1")],
    ),
    Mistake(
        "full-source-embedding-twice",
        MODULE,
        "The target uses the source's word embedding.",
        "",
        ["full_forward"],
        [("self.tgtembeddingL(tgt)", "self.srcembeddingL(tgt)")],
    ),
    Mistake(
        "full-position-shared",
        MODULE,
        "The target uses the source's position embedding.",
        "",
        ["full_forward"],
        [("self.tgtposembeddingL(tgt_positions)", "self.srcposembeddingL(tgt_positions)")],
    ),
    Mistake(
        "full-no-target-position",
        MODULE,
        "The target's positions are not added.",
        "",
        ["full_forward"],
        [(" + self.tgtposembeddingL(tgt_positions)", "")],
    ),
    Mistake(
        "full-no-source-position",
        MODULE,
        "The source's positions are not added.",
        "",
        ["full_forward"],
        [(" + self.srcposembeddingL(src_positions)", "")],
    ),
    Mistake(
        "full-positions-of-source",
        MODULE,
        "The target's positions count the source's words.",
        "",
        ["full_forward"],
        [("tgt_positions = torch.arange(tgt.shape[1]", "tgt_positions = torch.arange(src.shape[1]")],
    ),
    Mistake(
        "full-not-batch-first",
        MODULE,
        "The Transformer is not batch first.",
        "",
        ["full_forward"],
        [("            batch_first=True,\n", "")],
    ),
    Mistake(
        "full-heads-default",
        MODULE,
        "The number of heads is always 1.",
        "",
        ["full_forward"],
        [("            nhead=num_heads,", "            nhead=1,")],
    ),
    Mistake(
        "full-layers-default",
        MODULE,
        "The decoder gets the encoder's number of layers.",
        "",
        ["full_forward"],
        [("            num_decoder_layers=num_layers_dec,", "            num_decoder_layers=num_layers_enc,")],
    ),
    Mistake(
        "full-feed-default",
        MODULE,
        "dim_feedforward is not passed on.",
        "",
        ["full_forward"],
        [("            dim_feedforward=dim_feedforward,\n", "")],
    ),
    Mistake(
        "full-dropout-default",
        MODULE,
        "Dropout is not passed on.",
        "",
        ["full_forward"],
        [("            dropout=dropout,\n", "")],
    ),
    Mistake(
        "full-dropout-none",
        MODULE,
        "Dropout is always 0.",
        "",
        ["full_forward"],
        [("            dropout=dropout,\n", "            dropout=0.0,\n")],
    ),
    Mistake(
        "full-norm-first",
        MODULE,
        "LayerNorm comes first in each layer.",
        "",
        ["full_forward"],
        [("            batch_first=True,\n", ("            batch_first=True,\n            norm_first=True,\n"))],
    ),
    Mistake(
        "full-gelu",
        MODULE,
        "GELU stands in for the ReLU in the Transformer.",
        "",
        ["full_forward"],
        [("            batch_first=True,\n", ("            batch_first=True,\n            activation='gelu',\n"))],
    ),
    Mistake(
        "full-softmax",
        MODULE,
        "A softmax is applied to the scores.",
        "",
        ["full_forward"],
        [("scores = self.score(decoded)", "scores = torch.softmax(self.score(decoded), dim=2)")],
    ),
    Mistake(
        "full-swapped",
        MODULE,
        "Source and target change places.",
        "",
        ["full_forward"],
        [
            (
                ("decoded = self.transformer(source, target, tgt_mask=causal, tgt_key_padding_mask=padding)"),
                ("decoded = self.transformer(target, source, tgt_mask=causal, tgt_key_padding_mask=padding)"),
            )
        ],
    ),
    Mistake(
        "full-mutates",
        MODULE,
        "The caller's target is changed.",
        "",
        ["full_forward"],
        [("tgt = self.add_start_token(tgt)", ("tgt[:, 1:] = tgt[:, :-1].clone()\n        tgt[:, 0] = 2"))],
    ),
    Mistake(
        "full-always-shifts",
        MODULE,
        "A target with two start tokens is shifted, too.",
        "",
        ["full_forward"],
        [("tgt = self.add_start_token(tgt)", "tgt = torch.cat([torch.full_like(tgt[:, :1], 2), tgt[:, :-1]], dim=1)")],
    ),
    Mistake(
        "full-keeps-last",
        MODULE,
        "The start token is put in front and no column is dropped.",
        "",
        ["full_forward"],
        [("tgt = self.add_start_token(tgt)", "tgt = torch.cat([torch.full_like(tgt[:, :1], 2), tgt], dim=1)")],
    ),
    Mistake(
        "full-memory-detached",
        MODULE,
        "No gradient reaches the source embedding.",
        "",
        ["full_forward"],
        [
            (
                ("decoded = self.transformer(source, target, tgt_mask=causal, tgt_key_padding_mask=padding)"),
                ("decoded = self.transformer(source.detach(), target, tgt_mask=causal, tgt_key_padding_mask=padding)"),
            )
        ],
    ),
    Mistake(
        "full-source-causal",
        MODULE,
        "The source has a causal mask, too.",
        "",
        ["full_forward"],
        [
            (
                ("decoded = self.transformer(source, target, tgt_mask=causal, tgt_key_padding_mask=padding)"),
                (
                    "future = torch.triu(torch.ones(src.shape[1], src.shape[1], dtype=torch.bool), "
                    "diagonal=1)\n"
                    "        decoded = self.transformer(source, target, src_mask=future, tgt_mask=causal, "
                    "tgt_key_padding_mask=padding)"
                ),
            )
        ],
    ),
)
