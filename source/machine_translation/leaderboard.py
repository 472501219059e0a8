"""For the leaderboard: writes what a model makes of the sentences in leaderboard.txt."""

from __future__ import annotations

import json
from pathlib import Path

from measuring import translate
from torch import nn
from vocabulary import Vocabulary

SOURCES = Path(__file__).with_name("leaderboard.txt")


def write_translations(
    model: nn.Module, source: Vocabulary, target: Vocabulary, path: Path | str = "results/translations.json"
) -> None:
    """Translate the sentences and write the file that collect_submission.py takes along.

    Args:
        model: a trained translator.
        source: vocabulary of the German side.
        target: vocabulary of the English side.
        path: where to write.
    """
    sentences = SOURCES.read_text(encoding="utf-8").splitlines()
    made = translate(model, sentences, source, target)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{path}: {len(made)} translations; hand in with collect_submission.py to stand on the leaderboard.")
