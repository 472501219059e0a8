"""`make train-demo`: the answer key's three translators on the bundled corpus, in a few minutes, offline."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from answer_key import ROOT, answer_key  # first: it sets the path, and the helpers come before torch

# isort: split
from data import load_corpus
from prepared import Prepared, prepare
from training import History, Interrupted, Settings, bleu, evaluate, train, translate

# isort: split
import matplotlib
import torch
from experiments import Runs
from insights import attention_weights, overlap_by_length
from pictures import keep, plot_attention, plot_lengths, plot_perplexities
from rich.table import Table
from torch import nn
from translators import make_model
from vocabulary import tokenize

from autograder.console import console, shown_path

EPOCHS = {"seq2seq with attention": 8, "encoder-only Transformer": 4, "full Transformer": 4}
OUT = ROOT / "build" / "train-demo"


def main() -> None:
    """Train the three models; print a table and where the figures are."""
    matplotlib.use("Agg")
    start = time.perf_counter()
    data, classes = prepare(load_corpus("bundled")), answer_key()
    models: dict[str, nn.Module] = {}
    histories: dict[str, History] = {}
    (OUT / "runs.csv").unlink(missing_ok=True)
    runs = Runs(OUT / "runs.csv")
    for name, epochs in EPOCHS.items():
        models[name] = make_model(name, classes, len(data.german), len(data.english), torch.device("cpu"))
        checkpoint = OUT / f"{name.replace(' ', '-')}.safetensors"
        settings = Settings(epochs=epochs, decay=0)  # too few steps for a falling rate
        histories[name] = train(models[name], data.train, data.val, settings, name=name, checkpoint=checkpoint)
        runs.add(name, histories[name], data.corpus.name)
    german = [text for text, _ in data.test.pairs]
    written = {name: translate(model, german, data.german, data.english) for name, model in models.items()}
    table = _table(models, histories, written, data)
    figures = _figures(models, histories, written, data)
    console.print()
    console.print(table)
    console.print(
        "perplexity: on the validation part, every word once; course's: its measure; own words: when a model goes on "
        "from its own choices. The full Transformer is measured with the right words before each position (teacher "
        "forcing), so its perplexity is no match for the two others'. BLEU, on the test part, treats all alike.",
        style="dim",
    )
    for path in [runs.path, *figures]:
        console.print(f"  {shown_path(path)}")
    console.print(f"{time.perf_counter() - start:.0f} s in all")


def _table(
    models: dict[str, nn.Module], histories: dict[str, History], written: dict[str, list[str]], data: Prepared
) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("model", no_wrap=True)
    for head in ("epochs", "perplexity", "course's", "own words", "BLEU", "s"):
        table.add_column(head, justify="right", no_wrap=True)
    for name, model in models.items():
        history = histories[name]
        table.add_row(
            name,
            str(len(history.val)),
            f"{history.perplexity:.4f}",
            f"{history.course_perplexity:.4f}",
            f"{evaluate(model, data.val, free=True).perplexity:.4f}",
            f"{bleu(written[name], [english for _, english in data.test.pairs]):.2f}",
            f"{sum(history.seconds):.0f}",
        )
    return table


def _figures(
    models: dict[str, nn.Module], histories: dict[str, History], written: dict[str, list[str]], data: Prepared
) -> list[Path]:
    keep(plot_perplexities(histories), OUT / "perplexity.png", show=False)
    german, english = zip(*data.test.pairs, strict=True)
    groups = {name: overlap_by_length(german, translations, english) for name, translations in written.items()}
    keep(plot_lengths(groups), OUT / "lengths.png", show=False)
    text = next(text for text in german if 6 <= len(tokenize(text)) <= 10)
    weights = attention_weights(models["seq2seq with attention"], text, data.german, data.english)
    keep(plot_attention(*weights), OUT / "attention.png", show=False)
    return [OUT / f"{name}.png" for name in ("perplexity", "lengths", "attention")]


if __name__ == "__main__":
    try:
        main()
    except Interrupted as stop:
        print(stop, file=sys.stderr)
        sys.exit(130)
