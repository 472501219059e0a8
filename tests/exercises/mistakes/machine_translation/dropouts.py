"""Dropout that takes whole words, always the same numbers, or numbers that nothing should take."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

TRANSFORMER = "models/Transformer.py"
ENCODER, DECODER = "models/seq2seq/Encoder.py", "models/seq2seq/Decoder.py"
EMBEDDED = "embedded = self.dropout_layer(self.embedding(input))"
RECURRENT = "output, hidden = self.recurrent(embedded, hidden)"
KEPT_MASK = """embedded = self.embedding(input)
        if self.training:
            if getattr(self, "mask", None) is None or self.mask.shape != embedded.shape:
                self.mask = self.dropout_layer(torch.ones_like(embedded))
            embedded = embedded * self.mask"""
STATE_DROPPED = """if self.model_type == "LSTM":
            hidden = (self.dropout_layer(hidden[0]), hidden[1])
        else:
            hidden = self.dropout_layer(hidden)"""
NO_DROPOUT = "This layer has no dropout in the text. Where does your line come from?"


def dropped(inner: str, rate: str = "0.1") -> str:
    """Dropout of an expression in training mode."""
    return f"nn.functional.dropout({inner}, {rate}, self.training)"


MISTAKES = (
    Mistake(
        "encoder-dropout-words",
        ENCODER,
        "Dropout takes whole rows at a time: nn.Dropout1d and nn.Dropout2d are made for images and channels.",
        "In training mode, print the embedding of one sentence: do zeros come one by one, or many together?",
        ["encoder_rnn", "encoder_lstm"],
        [("nn.Dropout(dropout)", "nn.Dropout1d(dropout)")],
    ),
    Mistake(
        "decoder-dropout-words",
        DECODER,
        "Dropout takes whole rows at a time: nn.Dropout1d and nn.Dropout2d are made for images and channels.",
        "In training mode, print the embedding of some words: do zeros come one by one, or many together?",
        ["decoder", "decoder_attention"],
        [("nn.Dropout(dropout)", "nn.Dropout1d(dropout)")],
    ),
    Mistake(
        "encoder-dropout-seeded",
        ENCODER,
        "Dropout takes the same numbers in each call: forward seeds the random numbers itself.",
        "Call the encoder twice in training mode. Seeding belongs to the one who trains, once at the beginning.",
        ["encoder_rnn", "encoder_lstm"],
        [(EMBEDDED, f"torch.manual_seed(0)\n        {EMBEDDED}")],
    ),
    Mistake(
        "decoder-dropout-seeded",
        DECODER,
        "Dropout takes the same numbers in each call: forward seeds the random numbers itself.",
        "Call the decoder twice in training mode. Seeding belongs to the one who trains, once at the beginning.",
        ["decoder"],
        [(EMBEDDED, f"torch.manual_seed(0)\n        {EMBEDDED}")],
    ),
    Mistake(
        "encoder-dropout-kept",
        ENCODER,
        "Dropout takes the same numbers in each call: what it takes is drawn once and kept.",
        "Call the encoder twice in training mode: are the zeros at the same places?",
        ["encoder_rnn", "encoder_lstm"],
        [(EMBEDDED, KEPT_MASK)],
    ),
    Mistake(
        "decoder-state-dropped",
        DECODER,
        "In training mode, dropout also takes numbers from the hidden state that comes in.",
        "Follow both arguments of the recurrent layer backwards: which of them may pass dropout?",
        ["decoder"],
        [(RECURRENT, f"{STATE_DROPPED}\n        {RECURRENT}")],
    ),
    Mistake(
        "context-joined-dropped",
        DECODER,
        "With attention, dropout comes a second time, after the Linear layer that joins context and embedding.",
        "In training mode with an embedding of zeros, does the new state depend on chance?",
        ["decoder_attention"],
        [
            (
                "self.combine(torch.cat((context, embedded), dim=2))",
                "self.dropout_layer(self.combine(torch.cat((context, embedded), dim=2)))",
            )
        ],
    ),
    Mistake(
        "context-weights-dropped",
        DECODER,
        "In training mode, dropout takes some of the attention weights.",
        "The weights of a sentence sum to 1. Do they still do so when they reach the context?",
        ["decoder_attention"],
        [
            (
                "weights = self.compute_attention(state, encoder_outputs)",
                "weights = self.dropout_layer(self.compute_attention(state, encoder_outputs))",
            )
        ],
    ),
    Mistake(
        "embed-dropout",
        TRANSFORMER,
        "In training mode, embed drops some of its numbers.",
        NO_DROPOUT,
        ["transformer_embed"],
        [("return embedded", f"return {dropped('embedded')}")],
    ),
    Mistake(
        "heads-dropout",
        TRANSFORMER,
        "In training mode, some of the attention weights are dropped.",
        NO_DROPOUT,
        ["transformer_attention"],
        [("weights @ v", f"{dropped('weights')} @ v")],
    ),
    Mistake(
        "feed-dropout",
        TRANSFORMER,
        "In training mode, the feed-forward layer drops some of its numbers.",
        NO_DROPOUT,
        ["transformer_feedforward"],
        [("x + self.linear_2(hidden)", f"x + {dropped('self.linear_2(hidden)')}")],
    ),
    Mistake(
        "final-dropout",
        TRANSFORMER,
        "In training mode, the last layer drops some of the numbers that it gets.",
        NO_DROPOUT,
        ["transformer_final"],
        [("scores = self.score(x)", f"scores = self.score({dropped('x')})")],
    ),
    Mistake(
        "full-embedding-dropout",
        TRANSFORMER,
        "In training mode, numbers of the target's embedding are dropped before nn.Transformer gets them.",
        "Dropout works inside nn.Transformer only. Follow source and target from the embeddings to its call.",
        ["full_forward"],
        [
            (
                "decoded = self.transformer(source, target,",
                f"target = {dropped('target', 'self.dropout')}\n        decoded = self.transformer(source, target,",
            )
        ],
    ),
    Mistake(
        "full-scores-dropout",
        TRANSFORMER,
        "In training mode, numbers are dropped between nn.Transformer and the layer that scores the words.",
        "Dropout works inside nn.Transformer only. Follow its result to the scores.",
        ["full_forward"],
        [("self.score(decoded)", f"self.score({dropped('decoded', 'self.dropout')})")],
    ),
)
