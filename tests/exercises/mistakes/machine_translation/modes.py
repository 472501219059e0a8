"""forward switches between training and evaluation mode, which is for its caller to do."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

TRANSFORMER = "models/Transformer.py"
ENCODER, DECODER, SEQ2SEQ = (f"models/seq2seq/{name}.py" for name in ("Encoder", "Decoder", "Seq2Seq"))
EMBEDDED = "embedded = self.dropout_layer(self.embedding(input))"
ENCODED = "encoder_outputs, hidden = self.encoder(source)"
FIRST_STAGE = "x = self.embed(inputs)"
SHIFTED = "tgt = self.add_start_token(tgt)"
TARGET = "tgt = torch.full_like(src, self.pad_idx)"

MISTAKES = (
    Mistake(
        "encoder-eval",
        ENCODER,
        "forward switches to evaluation mode: nothing is ever dropped, and the model stays in that mode.",
        "Search your forward for eval(). Who decides on the mode, the model or the one who trains it?",
        ["encoder_rnn", "encoder_lstm"],
        [(EMBEDDED, f"self.eval()\n        {EMBEDDED}")],
    ),
    Mistake(
        "encoder-train",
        ENCODER,
        "forward switches to training mode: numbers are dropped also when the model translates.",
        "Search your forward for train(). Call it twice in evaluation mode: do you get the same numbers?",
        ["encoder_rnn", "encoder_lstm"],
        [(EMBEDDED, f"self.train()\n        {EMBEDDED}")],
    ),
    Mistake(
        "decoder-eval",
        DECODER,
        "forward switches to evaluation mode: nothing is ever dropped, and the model stays in that mode.",
        "Search your forward for eval(). Who decides on the mode, the model or the one who trains it?",
        ["decoder", "decoder_attention"],
        [(EMBEDDED, f"self.eval()\n        {EMBEDDED}")],
    ),
    Mistake(
        "decoder-train",
        DECODER,
        "forward switches to training mode: numbers are dropped also when the model translates.",
        "Search your forward for train(). Call it twice in evaluation mode: do you get the same numbers?",
        ["decoder", "decoder_attention"],
        [(EMBEDDED, f"self.train()\n        {EMBEDDED}")],
    ),
    Mistake(
        "loop-eval",
        SEQ2SEQ,
        "forward switches encoder and decoder to evaluation mode, also while they are trained.",
        "Search your forward for eval(). Who decides on the mode, the model or the one who trains it?",
        ["seq2seq", "seq2seq_attention"],
        [(ENCODED, f"self.eval()\n        {ENCODED}")],
    ),
    Mistake(
        "loop-train",
        SEQ2SEQ,
        "forward switches encoder and decoder to training mode, also while they translate.",
        "Search your forward for train(). Translate one sentence twice: do you get the same numbers?",
        ["seq2seq", "seq2seq_attention"],
        [(ENCODED, f"self.train()\n        {ENCODED}")],
    ),
    Mistake(
        "forward-eval",
        TRANSFORMER,
        "forward switches to evaluation mode, and the model stays in it.",
        "Print model.training before and after a call of your model in training mode.",
        ["transformer_forward"],
        [(FIRST_STAGE, f"self.eval()\n        {FIRST_STAGE}")],
    ),
    Mistake(
        "forward-train",
        TRANSFORMER,
        "forward switches to training mode, and the model stays in it.",
        "Print model.training before and after a call of your model in evaluation mode.",
        ["transformer_forward"],
        [(FIRST_STAGE, f"self.train()\n        {FIRST_STAGE}")],
    ),
    Mistake(
        "full-eval",
        TRANSFORMER,
        "forward switches to evaluation mode: nn.Transformer never drops anything while it learns.",
        "Search your forward for eval(). Who decides on the mode, the model or the one who trains it?",
        ["full_forward"],
        [(SHIFTED, f"self.eval()\n        {SHIFTED}")],
    ),
    Mistake(
        "full-train",
        TRANSFORMER,
        "forward switches to training mode: nn.Transformer drops numbers also when it translates.",
        "Search your forward for train(). Call it twice in evaluation mode: do you get the same numbers?",
        ["full_forward"],
        [(SHIFTED, f"self.train()\n        {SHIFTED}")],
    ),
    Mistake(
        "generate-train",
        TRANSFORMER,
        "generate_translation switches to training mode: numbers are dropped while it translates.",
        "Search for train(). A translation should be the same each time; which mode gives that?",
        ["full_generate"],
        [(TARGET, f"self.train()\n        {TARGET}")],
    ),
)
