"""Wrong answers to the machine-translation assignment, by the part of it that they belong to."""

from __future__ import annotations

from tests.exercises.mistakes.machine_translation import (
    attention,
    decoder,
    encoder,
    full_transformer,
    generation,
    lstm,
    seq2seq,
    theory,
    transformer,
    transformer_layers,
)

MISTAKES = (
    *lstm.MISTAKES,
    *encoder.MISTAKES,
    *attention.MISTAKES,
    *decoder.MISTAKES,
    *seq2seq.MISTAKES,
    *transformer.MISTAKES,
    *transformer_layers.MISTAKES,
    *full_transformer.MISTAKES,
    *generation.MISTAKES,
    *theory.MISTAKES,
)
