"""Settings better than the defaults, for the answer key: not released. benchmarks/training has what they reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from training import Settings


@dataclass(frozen=True)
class Tuned:
    """Sizes that differ from the defaults, how to train, and in two sentences why."""

    settings: Settings
    why: str
    sizes: dict[str, Any] = field(default_factory=dict)


def changed(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the settings, by name, that differ from the defaults."""
    return {key: value for key, value in settings.items() if value != getattr(Settings(), key)}


TUNED = {
    "seq2seq with attention": Tuned(
        Settings(epochs=22, decay=0.6, batch_size=64, hide=0.1),
        "The default is still getting better after twenty epochs; states of 256 numbers and batches of 64, so more"
        " steps an epoch, get further in sixteen, but by then it knows its sentences by heart (24.7, and 14.9 in"
        " training). With one German word in ten hidden and six epochs more, what it learns holds for new sentences"
        " (22.9, and 16.2).",
        {"hidden_size": 256, "dropout": 0.3},
    ),
    "encoder-only Transformer": Tuned(
        Settings(epochs=12, decay=1.0, batch_size=64, hide=0.3),
        "Embeddings that start with standard deviation 0.1 in place of 1 do most of it: 17.0 became 13.8, and after"
        " two epochs it is further than the default after ten (18.2 and 19.8). Three German words in ten are hidden,"
        " so that it reads the others, and its two heads hand on 256 numbers each, since all that a position knows"
        " of words at other places passes through them.",
        {"hidden_dim": 256, "dim_feedforward": 1024, "dim_k": 128, "dim_q": 128, "dim_v": 256, "embedding_std": 0.1},
    ),
    "full Transformer": Tuned(
        Settings(epochs=14, warmup=0.1, decay=0.9, batch_size=64, hide=0.15, hide_target=0.1),
        "PyTorch draws the numbers of embeddings with standard deviation 1, and Adam moves each by about 0.001 a"
        " step, so that rare words stay near where chance has put them; drawn with 0.1, this model knows more after"
        " five epochs than the default after ten (4.99 and 5.48). Twice the width, eight heads, a warmup, smaller"
        " batches and some hidden words on both sides do the rest (4.69 after nine epochs; from there on it learns"
        " by heart).",
        {"hidden_dim": 256, "num_heads": 8, "dim_feedforward": 512, "embedding_std": 0.1},
    ),
}
