"""What goes wrong in the translation loop with attention only."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/seq2seq/Seq2Seq.py"

MISTAKES = (
    Mistake(
        "loop-attention-state-lost",
        MODULE,
        "With attention, every step starts from the encoder's state again: the new state is not handed on.",
        "Put your two calls of the decoder below each other, with and without attention, and compare what they keep.",
        ["seq2seq_attention"],
        [
            (
                "log_probs, hidden = self.decoder(token, hidden, encoder_outputs)",
                "log_probs, _ = self.decoder(token, hidden, encoder_outputs)",
            )
        ],
    ),
    Mistake(
        "loop-no-outputs",
        MODULE,
        "With attention, the decoder does not get the encoder outputs.",
        "Compare the arguments of Decoder.forward with those of your call; one of them has no partner yet.",
        ["seq2seq_attention"],
        [("self.decoder(token, hidden, encoder_outputs)", "self.decoder(token, hidden)")],
    ),
    Mistake(
        "loop-one-output",
        MODULE,
        "With attention, step t gets only the encoder output at position t instead of all of them.",
        "Run the table decoder with attention: the shape of the third argument must be the same in every step.",
        ["seq2seq_attention"],
        [
            ("for _ in range", "for t in range"),
            (
                "self.decoder(token, hidden, encoder_outputs)",
                "self.decoder(token, hidden, encoder_outputs[:, t : t + 1])",
            ),
        ],
    ),
    Mistake(
        "loop-reversed-outputs",
        MODULE,
        "With attention, the encoder outputs are scaled and turned round before the decoder gets them.",
        "Check that the third argument of the decoder is the very tensor that the encoder returned.",
        ["seq2seq_attention"],
        [
            (
                "self.decoder(token, hidden, encoder_outputs)",
                "self.decoder(token, hidden, encoder_outputs.flip(2) * 0.9)",
            )
        ],
    ),
    Mistake(
        "loop-outputs-detach",
        MODULE,
        "With attention, the encoder outputs are cut off from the graph before the decoder gets them.",
        "A gradient must reach the encoder through its outputs as well; search your call for detach() or .data.",
        ["seq2seq_attention"],
        [("self.decoder(token, hidden, encoder_outputs)", "self.decoder(token, hidden, encoder_outputs.detach())")],
    ),
    Mistake(
        "loop-last-output",
        MODULE,
        "With attention, the decoder gets only the encoder output of the last position.",
        "Write down the shape of the third argument of your call; all T positions belong to it.",
        ["seq2seq_attention"],
        [("self.decoder(token, hidden, encoder_outputs)", "self.decoder(token, hidden, encoder_outputs[:, -1:])")],
    ),
)
