"""What the full runs train: the notebook's defaults, and settings that were found to be better, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from training import Settings


@dataclass(frozen=True)
class Recipe:
    """Sizes that differ from the exercises' defaults, how to train, and in two sentences why."""

    settings: Settings
    sizes: dict[str, Any] = field(default_factory=dict)
    why: str = ""


RECIPES = {
    ("seq2seq", "defaults"): Recipe(Settings(epochs=20)),
    ("seq2seq with attention", "defaults"): Recipe(Settings(epochs=20)),
    ("encoder-only Transformer", "defaults"): Recipe(Settings(epochs=10)),
    ("full Transformer", "defaults"): Recipe(Settings(epochs=10)),
}
