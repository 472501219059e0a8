"""What the training notebook shows and keeps: the table of runs, curves, translations, attention."""

from __future__ import annotations

import csv
import html
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import torch
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter
from torch import nn
from training import History
from vocabulary import EOS, Vocabulary, padded, tokenize

COLUMNS = ("model", "changed", "epochs", "before", "after", "seconds", "data")


class Runs:
    """The table of runs, kept in a CSV file. `before` and `after` are validation perplexities."""

    def __init__(self, path: Path | str = "results/runs.csv") -> None:
        """Open the table; runs that are already in the file stay."""
        self.path = Path(path)
        self.rows: list[dict[str, str]] = []
        if self.path.is_file():
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                found = csv.DictReader(file)
                self.rows = [{key: row.get(key) or "" for key in COLUMNS} for row in found]

    def add(
        self, model: str, history: History, data: str, *, changed: str = "defaults", before: History | None = None
    ) -> None:
        """Write a run down. The same run done again replaces its row.

        Args:
            model: what was trained.
            history: what came out.
            data: which sentences it was trained on.
            changed: what is different from the defaults.
            before: the run to compare with.
        """
        row = {
            "model": model,
            "changed": changed,
            "epochs": str(len(history.val)),
            "before": f"{before.perplexity:.2f}" if before else "",
            "after": f"{history.perplexity:.2f}",
            "seconds": f"{sum(history.seconds):.0f}",
            "data": data,
        }
        same = ("model", "changed", "epochs", "data")
        self.rows = [old for old in self.rows if any(old[key] != row[key] for key in same)] + [row]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(self.rows)

    def __repr__(self) -> str:
        return "\n".join(" | ".join(row) for row in [list(COLUMNS), *(list(row.values()) for row in self.rows)])

    def _repr_html_(self) -> str:
        return table(COLUMNS, [list(row.values()) for row in self.rows])


class Table:
    """A table that the notebook shows."""

    def __init__(self, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Keep what is to be shown."""
        self.head, self.rows = list(head), [[str(value) for value in row] for row in rows]

    def __repr__(self) -> str:
        return "\n".join(" | ".join(row) for row in [self.head, *self.rows])

    def _repr_html_(self) -> str:
        return table(self.head, self.rows)

    def save(self, path: Path | str) -> None:
        """Write the table as a CSV file."""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([self.head, *self.rows])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table as HTML."""
    style = ' style="text-align: left; vertical-align: top"'
    lines = ["".join(f"<th{style}>{html.escape(name)}</th>" for name in head)]
    lines += ["".join(f"<td{style}>{html.escape(value)}</td>" for value in row) for row in rows]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def plot_perplexities(histories: Mapping[str, History], *, training: bool = True) -> Figure:
    """Draw the validation perplexity of each run over its epochs, and thin and dashed the training perplexity."""
    figure, axes = plt.subplots(figsize=(7.5, 4))
    for name, history in histories.items():
        epochs = range(1, len(history.val) + 1)
        (line,) = axes.plot(epochs, [score.perplexity for score in history.val], marker="o", markersize=4, label=name)
        if training:
            values = [score.perplexity for score in history.train]
            axes.plot(epochs, values, linestyle="--", linewidth=1, color=line.get_color())
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel("epoch")
    axes.set_ylabel("perplexity (log scale)")
    if histories:
        axes.legend()
    figure.tight_layout()
    return figure


def word_overlap(translations: Sequence[str], references: Sequence[str]) -> float:
    """How much the words of translations and references have in common: 0 nothing, 1 all (the order does not count).

    This is F1 over words: 2 · common words / (words of the translation + words of the reference).
    """
    common = total = 0
    for translation, reference in zip(translations, references, strict=True):
        ours, theirs = Counter(translation.split()), Counter(tokenize(reference))
        common += sum((ours & theirs).values())
        total += sum(ours.values()) + sum(theirs.values())
    return 2 * common / total if total else 0.0


@torch.no_grad()
def attention_weights(
    model: nn.Module, sentence: str, source: Vocabulary, target: Vocabulary
) -> tuple[torch.Tensor, list[str], list[str]]:
    """Translate a sentence and watch the decoder's compute_attention.

    Returns:
        Weights (steps, source positions + 1), the words of the translation and of the source. The last
        column is the sum over the padding behind the sentence.
    """
    rows: list[torch.Tensor] = []
    original, was_training = model.decoder.compute_attention, model.training

    def watch(hidden: torch.Tensor, encoder_outputs: torch.Tensor) -> torch.Tensor:
        weights = original(hidden, encoder_outputs)  # (1, 1, T)
        rows.append(weights[0, 0].cpu())
        return weights

    ids = padded(source, [sentence])  # (1, T)
    model.decoder.compute_attention = watch
    model.eval()
    try:
        words = model(ids.to(next(model.parameters()).device))[0].argmax(dim=1).tolist()
    finally:
        del model.decoder.compute_attention
        model.train(was_training)
    steps = words.index(EOS) + 1 if EOS in words else len(words)
    length = len(source.encode(sentence))
    weights = torch.stack(rows)[:steps]  # (steps, T)
    shown = torch.cat((weights[:, :length], weights[:, length:].sum(dim=1, keepdim=True)), dim=1)
    return shown, target.tokens(words[:steps]), [*source.tokens(ids[0, :length].tolist()), "(padding)"]


def plot_attention(weights: torch.Tensor, words: Sequence[str], source: Sequence[str]) -> Figure:
    """Draw attention weights: one row a step of the decoder, one column a word of the source."""
    figure, axes = plt.subplots(figsize=(1.5 + 0.5 * len(source), 1.5 + 0.36 * len(words)))
    image = axes.imshow(weights.numpy(), vmin=0.0, vmax=float(weights[:, :-1].max()), cmap="viridis", aspect="auto")
    figure.colorbar(image, label="weight", extend="max")
    axes.set_xticks(range(len(source)), source, rotation=60, ha="right")
    axes.set_yticks(range(len(words)), words)
    axes.set_xlabel("source")
    axes.set_ylabel("output, first step on top")
    figure.tight_layout()
    return figure


def keep(figure: Figure, path: Path | str) -> None:
    """Save a figure for the report, and show it."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    plt.show()
