"""The Transformer encoder: the two heads."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/Transformer.py"

MISTAKES = (
    Mistake(
        "heads-no-scale",
        MODULE,
        "The scores are not divided by √dim_k.",
        "Do the example by hand: position 1 must give 7.31, and the notebook says what 8.808 would mean.",
        ["transformer_attention"],
        [("q @ k.transpose(1, 2) / math.sqrt(self.dim_k)", "q @ k.transpose(1, 2)")],
    ),
    Mistake(
        "heads-scale-dim",
        MODULE,
        "The scores are divided by dim_k instead of its root.",
        "In the example by hand dim_k is 4: check what your code makes of the products 4 and 2.",
        ["transformer_attention"],
        [("q @ k.transpose(1, 2) / math.sqrt(self.dim_k)", "q @ k.transpose(1, 2) / self.dim_k")],
    ),
    Mistake(
        "heads-scale-hidden",
        MODULE,
        "The scores are divided by √hidden_dim instead of √dim_k.",
        "Choose hidden_dim = 14 and dim_k = 5 and write down the number that you divide by.",
        ["transformer_attention"],
        [("q @ k.transpose(1, 2) / math.sqrt(self.dim_k)", "q @ k.transpose(1, 2) / math.sqrt(self.hidden_dim)")],
    ),
    Mistake(
        "heads-scale-value",
        MODULE,
        "The scores are divided by √dim_v instead of √dim_k.",
        "Ask how many numbers are added up in one product of query and key; the root belongs to that size.",
        ["transformer_attention"],
        [("q @ k.transpose(1, 2) / math.sqrt(self.dim_k)", "q @ k.transpose(1, 2) / math.sqrt(self.dim_v)")],
    ),
    Mistake(
        "heads-softmax-queries",
        MODULE,
        "The softmax runs over the positions that look instead of those that are looked at.",
        "Sum your weights over dimension 1 and over dimension 2; broken version B shows the same table.",
        ["transformer_attention"],
        [("weights = self.softmax(", "weights = nn.functional.softmax(dim=1, input=")],
    ),
    Mistake(
        "heads-softmax-batch",
        MODULE,
        "The softmax runs over the sentences of the batch.",
        "Use a single sentence: if every weight is 1, look at the dimension of your softmax.",
        ["transformer_attention"],
        [("weights = self.softmax(", "weights = nn.functional.softmax(dim=0, input=")],
    ),
    Mistake(
        "heads-key-times-query",
        MODULE,
        "Keys and queries change places in the product, so rows and columns of the scores are swapped.",
        "Write who looks beside the rows of your table (N, T, T), and where it looks above the columns.",
        ["transformer_attention"],
        [("q @ k.transpose(1, 2) / math.sqrt(self.dim_k)", "k @ q.transpose(1, 2) / math.sqrt(self.dim_k)")],
    ),
    Mistake(
        "heads-one-head-twice",
        MODULE,
        "The second head uses all three layers of the first head.",
        "After backward(), list which of the six given layers have no gradient.",
        ["transformer_attention"],
        [("q, k, v = self.q2(x), self.k2(x), self.v2(x)", "q, k, v = self.q1(x), self.k1(x), self.v1(x)")],
    ),
    Mistake(
        "heads-second-value",
        MODULE,
        "The second head takes its values from the first head's layer v1.",
        "Read the digits of the six layer names in your two heads; each layer appears once.",
        ["transformer_attention"],
        [("q, k, v = self.q2(x), self.k2(x), self.v2(x)", "q, k, v = self.q2(x), self.k2(x), self.v1(x)")],
    ),
    Mistake(
        "heads-heads-swapped",
        MODULE,
        "Head 2 comes before head 1 when the two are joined.",
        "Compare the order in your torch.cat with the row of the table of symbols that has both heads in it.",
        ["transformer_attention"],
        [("torch.cat((head_1, head_2), dim=2)", "torch.cat((head_2, head_1), dim=2)")],
    ),
    Mistake(
        "heads-interleaved",
        MODULE,
        "The numbers of the two heads alternate instead of standing side by side.",
        "Let head 1 be (1, 2) and head 2 be (3, 4), and write down what your line makes of them.",
        ["transformer_attention"],
        [("torch.cat((head_1, head_2), dim=2)", "torch.stack((head_1, head_2), dim=3).flatten(2)")],
    ),
    Mistake(
        "heads-no-residual",
        MODULE,
        "The input x is not added before LayerNorm.",
        "Set the projection to zero: what comes out must still be LayerNorm of the input.",
        ["transformer_attention"],
        [("outputs = self.norm_mh(x + projected)", "outputs = self.norm_mh(projected)")],
    ),
    Mistake(
        "heads-no-norm",
        MODULE,
        "The LayerNorm at the end is left out.",
        "Compute mean and deviation of one position of your result; on a fresh model they are 0 and 1.",
        ["transformer_attention"],
        [("outputs = self.norm_mh(x + projected)", "outputs = x + projected")],
    ),
    Mistake(
        "heads-norm-first",
        MODULE,
        "LayerNorm works on the projection alone, and the input is added afterwards.",
        "Underline in the equation of y what stands inside LayerNorm, and do the same in your last line.",
        ["transformer_attention"],
        [("outputs = self.norm_mh(x + projected)", "outputs = x + self.norm_mh(projected)")],
    ),
    Mistake(
        "heads-pre-norm",
        MODULE,
        "The input goes through norm_mh once more before it is added.",
        "Count how often norm_mh appears in your method and in the equation of y.",
        ["transformer_attention"],
        [("outputs = self.norm_mh(x + projected)", "outputs = self.norm_mh(self.norm_mh(x) + projected)")],
    ),
    Mistake(
        "heads-causal",
        MODULE,
        "A mask hides the words after each position.",
        "Change the last word of a sentence: the result at its first position must change as well.",
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
        "The input x itself is changed.",
        "Compare x before and after a call, and look for += on an argument.",
        ["transformer_attention"],
        [("outputs = self.norm_mh(x + projected)", ("x += projected\n        outputs = self.norm_mh(x)"))],
    ),
    Mistake(
        "heads-detached",
        MODULE,
        "No gradient flows back through the attention weights.",
        "Look at the gradients of q1 and k1 after backward(); they can only come through the weights.",
        ["transformer_attention"],
        [("weights @ v", "weights.detach() @ v")],
    ),
    Mistake(
        "heads-no-projection-bias",
        MODULE,
        "The bias of the projection is left out.",
        "Check whether you call attention_head_projection as a layer, or use only a part of it.",
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
        "The LayerNorm of the feed-forward part is used instead of norm_mh.",
        "Fresh LayerNorms all look the same: give each of the two other weights and see which one answers.",
        ["transformer_attention"],
        [("outputs = self.norm_mh(x + projected)", "outputs = self.norm_ff(x + projected)")],
    ),
    Mistake(
        "heads-no-softmax",
        MODULE,
        "The scaled scores themselves are used as weights, without a softmax.",
        "Sum the weights of the first row of the example by hand and compare with 0.731 + 0.269.",
        ["transformer_attention"],
        [
            (
                "weights = self.softmax(q @ k.transpose(1, 2) / math.sqrt(self.dim_k))",
                "weights = q @ k.transpose(1, 2) / math.sqrt(self.dim_k)",
            )
        ],
    ),
    Mistake(
        "heads-scale-after",
        MODULE,
        "The division by √dim_k comes after the softmax instead of before it.",
        "In the example by hand, look which comes first, the division by 2 or the exponentials.",
        ["transformer_attention"],
        [
            (
                "weights = self.softmax(q @ k.transpose(1, 2) / math.sqrt(self.dim_k))",
                "weights = self.softmax(q @ k.transpose(1, 2)) / math.sqrt(self.dim_k)",
            )
        ],
    ),
    Mistake(
        "heads-second-no-scale",
        MODULE,
        "Only the first head divides its scores by √dim_k.",
        "Put the lines of your two heads below each other; they may differ in the names of the layers only.",
        ["transformer_attention"],
        [
            (
                ("weights = self.softmax(q @ k.transpose(1, 2) / math.sqrt(self.dim_k))\n        head_2"),
                ("weights = self.softmax(q @ k.transpose(1, 2))\n        head_2"),
            )
        ],
    ),
    Mistake(
        "heads-over-sentences",
        MODULE,
        "Attention runs over the sentences of the batch instead of the positions of one sentence.",
        "Run one sentence alone and in a batch; if the results differ, check which dimensions you turn.",
        ["transformer_attention"],
        [
            (
                "        q, k, v = self.q1(x), self.k1(x), self.v1(x)",
                ("        x = x.transpose(0, 1)\n        q, k, v = self.q1(x), self.k1(x), self.v1(x)"),
            ),
            ("outputs = self.norm_mh(x + projected)", "outputs = self.norm_mh(x + projected).transpose(0, 1)"),
        ],
    ),
)
