"""Train on the real Multi30k, defaults and tuned, and write down what came out.

    python benchmarks/training/full_runs.py --data FOLDER [--model NAME] [--tuned]

Each run writes results/NAME.json: settings, one entry an epoch, and what the test part of 2016 says. An interrupted run
goes on where it was. `python benchmarks/training/table.py` makes the table and the figure of them.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import Any

from answer_key import ROOT, answer_key  # first: it sets the path, and the helpers come before torch

# isort: split
from data import DataError, load_corpus
from prepared import Prepared, prepare
from speed import prepare_machine
from training import History, Interrupted, Settings, bleu, evaluate, is_teacher_forced, train, translate

# isort: split
import torch
from checkpoints import write
from torch import nn
from translators import make_model
from tuned import TUNED, Tuned

EPOCHS = {"seq2seq with attention": 20, "encoder-only Transformer": 10, "full Transformer": 10}  # the notebook's
RESULTS = Path(__file__).with_name("results")


def main() -> None:
    """Do the runs that the command line asks for."""
    parser = argparse.ArgumentParser(description="Train on Multi30k and write down what came out.")
    parser.add_argument("--data", default=os.environ.get("MULTI30K_DIR"), help="folder with train.de.gz and the others")
    parser.add_argument("--model", choices=EPOCHS, help="only this one")
    parser.add_argument("--tuned", action="store_true", help="tuned settings in place of the defaults")
    parser.add_argument("--threads", type=int, help="fewer threads than cores, to do two runs at a time")
    options = parser.parse_args()
    defaults = {name: Tuned(Settings(epochs=epochs), why="") for name, epochs in EPOCHS.items()}
    recipes = TUNED if options.tuned else defaults
    if options.model and options.model not in recipes:
        parser.error(f"there are no tuned settings for the {options.model} yet; there are for {', '.join(recipes)}")
    if options.data:
        os.environ["MULTI30K_DIR"] = options.data
    prepare_machine()
    torch.set_num_threads(options.threads or torch.get_num_threads())
    try:
        data, classes = prepare(load_corpus("multi30k")), answer_key()
    except DataError as error:
        sys.exit(f"{error}; or name a folder that has the files with --data")
    for name in [options.model] if options.model else recipes:
        recipe = recipes[name]
        label = f"{name.replace(' ', '-')}-{'tuned' if options.tuned else 'defaults'}"
        model = make_model(name, classes, len(data.german), len(data.english), torch.device("cpu"), **recipe.sizes)
        checkpoint = ROOT / "build" / "training" / f"{label}.safetensors"
        history = train(model, data.train, data.val, recipe.settings, name=name, checkpoint=checkpoint)
        report = {"model": name, "sizes": recipe.sizes, **_report(model, history, data)}
        report["settings"] = dataclasses.asdict(recipe.settings)
        write(RESULTS / f"{label}.json", (json.dumps(report, indent=1) + "\n").encode())


def _report(model: nn.Module, history: History, data: Prepared) -> dict[str, Any]:
    german, right = zip(*data.test.pairs, strict=True)
    written = translate(model, german, data.german, data.english)
    own = evaluate(model, data.val, free=True) if is_teacher_forced(model) else None
    return {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "history": dataclasses.asdict(history),
        "val": dataclasses.asdict(evaluate(model, data.val)),
        "val_on_its_own_words": dataclasses.asdict(own) if own else None,
        "test": dataclasses.asdict(evaluate(model, data.test)),
        "bleu": bleu(written, right),
        "samples": [list(row) for row in zip(german[:8], right[:8], written[:8], strict=True)],
    }


if __name__ == "__main__":
    try:
        main()
    except Interrupted as stop:
        print(stop, file=sys.stderr)
        sys.exit(130)
