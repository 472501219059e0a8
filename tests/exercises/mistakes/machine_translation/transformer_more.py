"""Slips in the two Transformers and in the theory problem that come in more than one form."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/Transformer.py"
THEORY = "models/theory.py"
POSITIONS = "positions = torch.arange(inputs.shape[1], device=inputs.device)  # (T,)"
HEAD_2 = "q, k, v = self.q2(x), self.k2(x), self.v2(x)"
WEIGHTS = "weights = self.softmax(q @ k.transpose(1, 2) / math.sqrt(self.dim_k))"
JOINED = "torch.cat((head_1, head_2), dim=2)"
MASK = "causal = torch.triu(everything, diagonal=1)"
RUN = "self.transformer(source, target, tgt_mask=causal, tgt_key_padding_mask=padding)"
SCORES = "scores = self.score(decoded)"
STEP = "scores = self(src, tgt)[:, t]"
BACK_2 = "to_a_2 = (1 - h_2**2) * (V.T @ to_o_2)"
BACK_1 = "to_a_1 = (1 - h_1**2) * (W.T @ to_a_2)"
RETURN = "np.outer(to_a_2, x[1]) + np.outer(to_a_1, x[0])"
OWN_LAYERS = "Each head has three layers of its own: underline the digit in each of the six names that you use."
SEEN = "Write the mask for T_tgt = 3 on paper: row t may see the columns 0 … t, and nothing else."
LAYERS = "Build the model with num_layers_enc=1, num_layers_dec=2, print it, and count the layers of each side."
LOOP = "Write down the target of the example by hand after each step and compare it with yours."
CHECK = "Check your formula against the quotient of differences, one entry of U at a time."


def mistake(id: str, sentence: str, hint: str, step: str, *edits: tuple[str, str]) -> Mistake:
    """A mistake that costs one step."""
    return Mistake(id, THEORY if step.startswith("theory") else MODULE, sentence, hint, [step], edits)


MISTAKES = (
    mistake(
        "embed-positions-one-late",
        "The positions start with 1 instead of 0.",
        "Write down the ids that you look up for T = 3 and compare them with t beside the equation.",
        "transformer_embed",
        (POSITIONS, "positions = torch.arange(1, inputs.shape[1] + 1, device=inputs.device)"),
    ),
    mistake(
        "embed-positions-reversed",
        "The positions are counted from the end of the sentence.",
        "Write down the ids that you look up for T = 3 and compare them with t beside the equation.",
        "transformer_embed",
        (POSITIONS, "positions = torch.arange(inputs.shape[1], device=inputs.device).flip(0)"),
    ),
    mistake(
        "embed-mean",
        "The two embeddings are averaged instead of added.",
        "Set all word vectors to zero: the result must be the position vectors themselves.",
        "transformer_embed",
        (
            "self.word_embedding(inputs) + self.position_embedding(positions)",
            "(self.word_embedding(inputs) + self.position_embedding(positions)) / 2",
        ),
    ),
    *(
        mistake(
            f"heads-second-{name}",
            f"The second head takes its {spoken} from the first head's layer {letter}1.",
            OWN_LAYERS,
            "transformer_attention",
            (HEAD_2, HEAD_2.replace(f"self.{letter}2", f"self.{letter}1")),
        )
        for letter, name, spoken in (("q", "query", "queries"), ("k", "key", "keys"))
    ),
    mistake(
        "heads-second-query-key",
        "The second head takes its queries and keys from the first head's layers.",
        OWN_LAYERS,
        "transformer_attention",
        (HEAD_2, "q, k, v = self.q1(x), self.k1(x), self.v2(x)"),
    ),
    mistake(
        "heads-key-value-swapped",
        "Key and value layers have changed places in both heads.",
        OWN_LAYERS,
        "transformer_attention",
        ("self.k1(x), self.v1(x)", "self.v1(x), self.k1(x)"),
        ("self.k2(x), self.v2(x)", "self.v2(x), self.k2(x)"),
    ),
    mistake(
        "heads-summed",
        "The two heads are added instead of joined, and their sum stands on both sides.",
        "Write down the shape of what goes into the projection, and whose numbers its two halves are.",
        "transformer_attention",
        (JOINED, "torch.cat((head_1 + head_2, head_1 + head_2), dim=2)"),
    ),
    mistake(
        "heads-first-causal",
        "A mask hides the words after each position from the first head.",
        "Change the last word of a sentence: the result at its first position must change as well.",
        "transformer_attention",
        (
            f"{WEIGHTS}\n        head_1",
            "weights = q @ k.transpose(1, 2) / math.sqrt(self.dim_k)\n"
            "        weights = self.softmax(weights.masked_fill(torch.ones_like(weights).triu(1) > 0, -1e9))\n"
            "        head_1",
        ),
    ),
    mistake(
        "heads-relu",
        "A ReLU follows the projection of the joined heads.",
        "Compare your last two lines with the equation: nothing stands between the projection and the sum.",
        "transformer_attention",
        ("self.norm_mh(x + projected)", "self.norm_mh(x + torch.relu(projected))"),
    ),
    mistake(
        "feed-tanh",
        "A tanh stands in place of the ReLU.",
        "Print the smallest and the largest number between the two Linear layers.",
        "transformer_feedforward",
        ("torch.relu(self.linear_1(x))", "torch.tanh(self.linear_1(x))"),
    ),
    mistake(
        "feed-residual-hidden",
        "The ReLU of the input is added before LayerNorm instead of the input itself.",
        "Compare what you add with the x that came in; print both.",
        "transformer_feedforward",
        ("self.norm_ff(x + self.linear_2(hidden))", "self.norm_ff(torch.relu(x) + self.linear_2(hidden))"),
    ),
    mistake(
        "final-tanh",
        "A tanh is applied to the scores.",
        "The loss takes raw scores of any size: which numbers can yours reach?",
        "transformer_final",
        ("scores = self.score(x)\n", "scores = torch.tanh(self.score(x))\n"),
    ),
    mistake(
        "forward-log-softmax",
        "A log-softmax follows final_layer.",
        "Compare what forward returns with what final_layer returns.",
        "transformer_forward",
        ("scores = self.final_layer(x)\n        return scores", "return torch.log_softmax(self.final_layer(x), dim=2)"),
    ),
    mistake(
        "full-causal-late",
        "The causal mask begins one place too late: each position also sees the word after it.",
        SEEN,
        "full_forward",
        (MASK, "causal = torch.triu(everything, diagonal=2)"),
    ),
    mistake(
        "full-log-softmax",
        "A log-softmax is applied to the scores.",
        "The loss takes raw scores; compare yours with what the last Linear layer returns.",
        "full_forward",
        (SCORES, "scores = torch.log_softmax(self.score(decoded), dim=2)"),
    ),
    mistake(
        "full-relu",
        "A ReLU comes before the Linear layer that scores the words.",
        "Write down what stands between nn.Transformer and the last Linear layer in the equation.",
        "full_forward",
        (SCORES, "scores = self.score(torch.relu(decoded))"),
    ),
    mistake(
        "full-embeddings-scaled",
        "The word vectors are multiplied by √H before the positions are added.",
        "Set all position vectors to zero and compare what goes into nn.Transformer with a row of the table.",
        "full_forward",
        ("self.srcembeddingL(src) +", "self.srcembeddingL(src) * self.hidden_dim**0.5 +"),
        ("self.tgtembeddingL(tgt) +", "self.tgtembeddingL(tgt) * self.hidden_dim**0.5 +"),
    ),
    mistake(
        "full-layers-swapped",
        "The numbers of encoder and decoder layers have changed places.",
        LAYERS,
        "full_forward",
        ("num_encoder_layers=num_layers_enc", "num_encoder_layers=num_layers_dec"),
        ("num_decoder_layers=num_layers_dec", "num_decoder_layers=num_layers_enc"),
    ),
    mistake(
        "full-encoder-layers",
        "The encoder gets as many layers as the decoder, whatever num_layers_enc says.",
        LAYERS,
        "full_forward",
        ("num_encoder_layers=num_layers_enc", "num_encoder_layers=num_layers_dec"),
    ),
    mistake(
        "full-source-causal-alike",
        "Where source and target have the same length, the source gets the causal mask, too.",
        "Write down what each mask that you hand over is for; the encoder may look everywhere.",
        "full_forward",
        (RUN, RUN.replace("tgt_mask", "src_mask=causal if src.shape[1] == tgt.shape[1] else None, tgt_mask")),
    ),
    mistake(
        "full-memory-causal",
        "Where source and target have the same length, the causal mask also hides words of the source.",
        "The decoder may look at the whole source at every step: which of your masks stands in its way?",
        "full_forward",
        (RUN, RUN.replace("tgt_mask", "memory_mask=causal if src.shape[1] == tgt.shape[1] else None, tgt_mask")),
    ),
    mistake(
        "full-memory-padding",
        "Where source and target have the same length, the target's pads hide words of the source.",
        "Say of each mask whose pads it marks, and over whose positions it runs.",
        "full_forward",
        (RUN, RUN.replace("padding)", "padding, memory_key_padding_mask=padding if src.shape == tgt.shape else None)")),
    ),
    mistake(
        "generate-from-source",
        "The target starts as a copy of the source instead of pads.",
        LOOP,
        "full_generate",
        ("tgt = torch.full_like(src, self.pad_idx)", "tgt = src.clone()"),
        (STEP, "scores = self.forward(src, tgt)[:, t]"),
        ("tgt[:, t + 1] = scores.argmax(dim=1)", "tgt[:, t] = scores.argmax(dim=1)"),
    ),
    mistake(
        "generate-first-scores",
        "Each step keeps the scores of the first position instead of those at t.",
        "forward gives scores for all T positions; say for t = 2 which of them the step needs.",
        "full_generate",
        (STEP, "scores = self(src, tgt)[:, 0]"),
    ),
    mistake(
        "generate-one-hot",
        "The chosen words come back as rows of zeros with a single 1 instead of the scores.",
        "Check that position t of the result equals what forward gave for it, number by number.",
        "full_generate",
        (
            "steps.append(scores)",
            "steps.append(nn.functional.one_hot(scores.argmax(dim=1), scores.shape[1]).to(scores.dtype))",
        ),
    ),
    mistake(
        "generate-log-softmax",
        "Log-probabilities come back instead of raw scores.",
        "Check that position t of the result equals what forward gave for it, number by number.",
        "full_generate",
        ("steps.append(scores)", "steps.append(torch.log_softmax(scores, dim=1))"),
    ),
    mistake(
        "generate-last-word-missing",
        "The word of the last step but one is not written into the target.",
        LOOP,
        "full_generate",
        ("if t + 1 < src.shape[1]:", "if t + 2 < src.shape[1]:"),
    ),
    mistake(
        "generate-second-best",
        "The second most likely word is written into the target.",
        "Take the scores (0, 3, 1) of one sentence and say which id your line writes.",
        "full_generate",
        ("scores.argmax(dim=1)", "scores.topk(2, dim=1).indices[:, 1]"),
    ),
    mistake(
        "generate-time-first",
        "The result has the shape (T, N, V) instead of (N, T, V).",
        "Write down the shapes of one step and of the result, and where the new dimension stands.",
        "full_generate",
        ("torch.stack(steps, dim=1)", "torch.stack(steps, dim=0)"),
    ),
    mistake(
        "theory-no-w",
        "The way back from step 2 to step 1 does not go through W.",
        CHECK,
        "theory_gradient",
        (BACK_1, "to_a_1 = (1 - h_1**2) * to_a_2"),
    ),
    mistake(
        "theory-sigmoid-slope",
        "The derivative of the sigmoid, h · (1 − h), stands in place of that of tanh at both steps.",
        CHECK,
        "theory_gradient",
        (BACK_2, BACK_2.replace("(1 - h_2**2)", "(h_2 * (1 - h_2))")),
        (BACK_1, BACK_1.replace("(1 - h_1**2)", "(h_1 * (1 - h_1))")),
    ),
    mistake(
        "theory-sigmoid-slope-2",
        "The derivative of the sigmoid, h · (1 − h), stands in place of that of tanh at step 2.",
        CHECK,
        "theory_gradient",
        (BACK_2, BACK_2.replace("(1 - h_2**2)", "(h_2 * (1 - h_2))")),
    ),
    mistake(
        "theory-one-too-far",
        "The inputs are counted one too far: x₃ stands at step 2.",
        "Write x₁, x₂, x₃ under the rows 0, 1, 2 of x, and mark the ones that step 1 and step 2 read.",
        "theory_gradient",
        (RETURN, "np.outer(to_a_2, x[2]) + np.outer(to_a_1, x[0])"),
    ),
    mistake(
        "theory-both-too-far",
        "The inputs are counted one too far: x₂ and x₃ stand in place of x₁ and x₂.",
        "Write x₁, x₂, x₃ under the rows 0, 1, 2 of x, and mark the ones that step 1 and step 2 read.",
        "theory_gradient",
        (RETURN, "np.outer(to_a_2, x[2]) + np.outer(to_a_1, x[1])"),
    ),
    mistake(
        "theory-no-tanh-both",
        "The derivative of tanh is missing at both steps.",
        CHECK,
        "theory_gradient",
        (BACK_2, "to_a_2 = V.T @ to_o_2"),
        (BACK_1, "to_a_1 = W.T @ to_a_2"),
    ),
    mistake(
        "theory-first-way-only",
        "The way through step 2 itself is missing: only the way through h₁ is counted.",
        CHECK,
        "theory_gradient",
        (RETURN, "np.outer(to_a_1, x[0])"),
    ),
    mistake(
        "theory-no-softmax",
        "The scores themselves stand in place of their softmax.",
        "The softmax is positive and sums to 1: print what you subtract the one-hot vector from.",
        "theory_gradient",
        ("p_2 = np.exp(o_2 - o_2.max())\n", "p_2 = o_2\n"),
        ("    p_2 = p_2 / p_2.sum()\n", ""),
    ),
)
