"""The full Transformer: its layers and embeddings."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/Transformer.py"

MISTAKES = (
    Mistake(
        "full-source-embedding-twice",
        MODULE,
        "The target's words are looked up in the source's word table.",
        "After backward(), compare the gradients of the four embedding tables; each of them must have one.",
        ["full_forward"],
        [("self.tgtembeddingL(tgt)", "self.srcembeddingL(tgt)")],
    ),
    Mistake(
        "full-position-shared",
        MODULE,
        "The target's positions are looked up in the source's position table.",
        "Read the names in your two sums; each of the four tables appears once.",
        ["full_forward"],
        [("self.tgtposembeddingL(tgt_positions)", "self.srcposembeddingL(tgt_positions)")],
    ),
    Mistake(
        "full-no-target-position",
        MODULE,
        "The target's position vectors are not added.",
        "Compare the equation of u with your line of target: count the terms of both sums.",
        ["full_forward"],
        [(" + self.tgtposembeddingL(tgt_positions)", "")],
    ),
    Mistake(
        "full-no-source-position",
        MODULE,
        "The source's position vectors are not added.",
        "Swap two words of src: if no score moves, the encoder cannot tell where a word stands.",
        ["full_forward"],
        [(" + self.srcposembeddingL(src_positions)", "")],
    ),
    Mistake(
        "full-positions-of-source",
        MODULE,
        "The target's positions are counted with the length of the source.",
        "Use T = 6 and T_tgt = 4 and write down the shapes of both rows of positions.",
        ["full_forward"],
        [("tgt_positions = torch.arange(tgt.shape[1]", "tgt_positions = torch.arange(src.shape[1]")],
    ),
    Mistake(
        "full-not-batch-first",
        MODULE,
        "The Transformer takes the first dimension for time, so sentences look at each other.",
        "Score one sentence alone and in a batch; symptom 4 of the broken versions is the same.",
        ["full_forward"],
        [("            batch_first=True,\n", "")],
    ),
    Mistake(
        "full-heads-default",
        MODULE,
        "The Transformer always has one head, whatever num_heads says.",
        "Tick off the constructor's arguments one by one; the first hint under the check says how many must arrive.",
        ["full_forward"],
        [("            nhead=num_heads,", "            nhead=1,")],
    ),
    Mistake(
        "full-layers-default",
        MODULE,
        "The decoder gets as many layers as the encoder, whatever num_layers_dec says.",
        "Build a model with one encoder layer and three decoder layers, print it, and count.",
        ["full_forward"],
        [("            num_decoder_layers=num_layers_dec,", "            num_decoder_layers=num_layers_enc,")],
    ),
    Mistake(
        "full-feed-default",
        MODULE,
        "dim_feedforward is not handed on, so the Transformer works with PyTorch's 2048.",
        "Build a model with dim_feedforward=11, print it, and look at the sizes inside a layer.",
        ["full_forward"],
        [("            dim_feedforward=dim_feedforward,\n", "")],
    ),
    Mistake(
        "full-dropout-default",
        MODULE,
        "dropout is not handed on, so the Transformer works with PyTorch's 0.1.",
        "Print a model that you build with dropout=0.5 and read the p of its dropout layers.",
        ["full_forward"],
        [("            dropout=dropout,\n", "")],
    ),
    Mistake(
        "full-dropout-none",
        MODULE,
        "The Transformer drops nothing, whatever dropout says.",
        "In train() mode with dropout=0.5, call forward twice on the same batch and compare.",
        ["full_forward"],
        [("            dropout=dropout,\n", "            dropout=0.0,\n")],
    ),
    Mistake(
        "full-norm-first",
        MODULE,
        "LayerNorm comes at the beginning of each sub-layer instead of at the end.",
        "Read the last convention at the beginning of the notebook, then the options that you give to nn.Transformer.",
        ["full_forward"],
        [("            batch_first=True,\n", ("            batch_first=True,\n            norm_first=True,\n"))],
    ),
    Mistake(
        "full-gelu",
        MODULE,
        "The Transformer works with GELU instead of ReLU.",
        "Cross out every argument of your nn.Transformer that no constructor argument and no convention asks for.",
        ["full_forward"],
        [("            batch_first=True,\n", ("            batch_first=True,\n            activation='gelu',\n"))],
    ),
    Mistake(
        "full-softmax",
        MODULE,
        "A softmax is applied to the scores.",
        "Add up the scores of one position; raw scores have no reason to sum to 1.",
        ["full_forward"],
        [("scores = self.score(decoded)", "scores = torch.softmax(self.score(decoded), dim=2)")],
    ),
    Mistake(
        "full-swapped",
        MODULE,
        "Source and target change places: the encoder reads the target and the decoder the source.",
        "Look up in help(nn.Transformer.forward) which of the two sides comes first.",
        ["full_forward"],
        [
            (
                ("decoded = self.transformer(source, target, tgt_mask=causal, tgt_key_padding_mask=padding)"),
                ("decoded = self.transformer(target, source, tgt_mask=causal, tgt_key_padding_mask=padding)"),
            )
        ],
    ),
    Mistake(
        "full-memory-detached",
        MODULE,
        "No gradient reaches the embeddings of the source.",
        "Call backward() on the scores, look at srcembeddingL.weight.grad, and follow source to the Transformer.",
        ["full_forward"],
        [
            (
                ("decoded = self.transformer(source, target, tgt_mask=causal, tgt_key_padding_mask=padding)"),
                ("decoded = self.transformer(source.detach(), target, tgt_mask=causal, tgt_key_padding_mask=padding)"),
            )
        ],
    ),
)
