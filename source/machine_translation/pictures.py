"""Draws what the training notebook shows, in colours that all eyes can tell apart, on white, in dark mode too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from history import History
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, NullLocator

# The palette of Okabe and Ito, which people with any kind of colour vision can tell apart; markers differ, too.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
plt.rcParams.update({"figure.facecolor": "white", "savefig.facecolor": "white", "axes.facecolor": "white"})


def plot_perplexities(histories: Mapping[str, History], *, training: bool = True) -> Figure:
    """Draw the validation perplexity of each run over its epochs, and thin and dashed the training perplexity."""
    figure, axes = plt.subplots(figsize=(7.5, 4))
    _curves(axes, {name: [history] for name, history in histories.items()}, training=training)
    figure.tight_layout()
    return figure


def plot_seeds(histories: Mapping[str, Sequence[History]]) -> Figure:
    """Draw the mean validation perplexity over seeds; the band goes from the best to the worst seed of each epoch."""
    figure, axes = plt.subplots(figsize=(7.5, 4))
    _curves(axes, histories, training=False)
    figure.tight_layout()
    return figure


def plot_side_by_side(groups: Mapping[str, Mapping[str, History]]) -> Figure:
    """Draw learning curves in panels with one scale: one panel for each thing that was changed."""
    figure, row = plt.subplots(
        1, max(1, len(groups)), figsize=(3.8 * max(1, len(groups)), 3.6), sharey=True, squeeze=False
    )
    for axes, (title, histories) in zip(row[0], groups.items(), strict=False):
        _curves(axes, {name: [history] for name, history in histories.items()}, training=False)
        axes.set_title(title, fontsize=10)
        axes.label_outer()
    figure.tight_layout()
    return figure


def _curves(axes: Axes, runs: Mapping[str, Sequence[History]], *, training: bool) -> None:
    for number, (name, histories) in enumerate(runs.items()):
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        length = min(len(history.val) for history in histories)
        epochs = range(1, length + 1)
        values = torch.tensor([[score.perplexity for score in history.val[:length]] for history in histories])
        axes.plot(epochs, values.mean(dim=0), marker=marker, markersize=4, color=colour, label=name)
        if len(histories) > 1:
            axes.fill_between(epochs, values.min(dim=0).values, values.max(dim=0).values, color=colour, alpha=0.2)
        if training:
            before = [score.perplexity for score in histories[0].train]
            axes.plot(range(1, len(before) + 1), before, linestyle="--", linewidth=1, color=colour)
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel("epoch")
    axes.set_ylabel("validation perplexity (log scale)")
    axes.grid(axis="y", linewidth=0.4)
    if runs:
        axes.legend(fontsize=9)


def plot_lengths(rows: Mapping[str, Sequence[tuple[str, float, int]]]) -> Figure:
    """Draw quality against the length of the source; rows as `overlap_by_length` returns them, for each model."""
    figure, axes = plt.subplots(figsize=(7.5, 3.6))
    for number, (name, groups) in enumerate(rows.items()):
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        labels = [f"{length}\n({count} sentences)" for length, _, count in groups]
        axes.plot(labels, [100 * overlap for _, overlap, _ in groups], marker=marker, color=colour, label=name)
    axes.set_ylim(0, 100)
    axes.set_xlabel("words in the German sentence")
    axes.set_ylabel("words in common, %")
    axes.grid(axis="y", linewidth=0.4)
    if rows:
        axes.legend(fontsize=9)
    figure.tight_layout()
    return figure


def plot_neighbours(found: Mapping[str, Sequence[tuple[str, float]]]) -> Figure:
    """Draw a row for each word: its nearest neighbours, the darker the nearer, with their cosines."""
    width = max((len(row) for row in found.values()), default=1)
    cosines = torch.full((max(1, len(found)), width), float("nan"))
    for number, row in enumerate(found.values()):
        cosines[number, : len(row)] = torch.tensor([cosine for _, cosine in row])
    figure, axes = plt.subplots(figsize=(1.6 + 1.5 * width, 0.9 + 0.5 * len(found)))
    image = axes.imshow(cosines.numpy(), cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
    for number, row in enumerate(found.values()):
        for place, (word, cosine) in enumerate(row):
            ink = "white" if cosine > 0.6 else "black"
            axes.text(place, number, f"{word}\n{cosine:.2f}", ha="center", va="center", fontsize=8, color=ink)
    axes.set_yticks(range(len(found)), list(found))
    axes.set_xticks(range(width), [f"{place + 1}." for place in range(width)])
    axes.set_xlabel("neighbour, the nearest first")
    figure.colorbar(image, label="cosine")
    figure.tight_layout()
    return figure


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


def keep(figure: Figure, path: Path | str, *, show: bool = True) -> None:
    """Save a figure for the report, and show it."""
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)
    except OSError as error:
        print(f"{path} cannot be written ({error.strerror or error}); make room and run this cell again")
    if show:
        plt.show()
    else:
        plt.close(figure)
