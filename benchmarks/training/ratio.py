"""Our training loop against the one that courses have used: seconds an epoch, and what was learnt in them.

    python benchmarks/training/ratio.py --data FOLDER [--epochs 2]

Every row is a process of its own, one after another on the same machine, with the same start weights and seeds. Both
loops train for the same number of epochs on the real Multi30k, with the same learning rate, which does not fall: in so
few epochs that would only be too slow. The last columns are the validation perplexities after them, in the course's
measure. Writes results/ratio.csv and results/ratio.md.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

RESULTS = Path(__file__).with_name("results")
PAIRS = [  # label, model, writes slices, at most this part of the course's time
    ("seq2seq with attention", "seq2seq with attention", False, 0.3),
    ("seq2seq with attention, writes slices", "seq2seq with attention", True, 0.5),
    ("encoder-only Transformer", "encoder-only Transformer", False, 0.5),
    ("full Transformer", "full Transformer", False, 0.5),
]
HEAD = ("model", "course, s an epoch", "ours, s an epoch", "ratio", "target", "perplexity, course", "perplexity, ours")


def one(loop: str, name: str, slices: bool, epochs: int) -> dict[str, float]:
    """Train in this process; return seconds an epoch (without measuring) and the validation perplexity."""
    if loop == "course":
        import torch  # before our helpers, so that nothing of them acts on it
    from answer_key import answer_key

    # isort: split
    from data import load_corpus
    from prepared import prepare
    from training import Settings, evaluate, train

    # isort: split
    import torch
    from course_loop import course_epoch, writes_slices
    from translators import make_model

    data, key = prepare(load_corpus("multi30k")), answer_key()
    classes = {**key.classes, "Seq2Seq": writes_slices(key["Seq2Seq"]) if slices else key["Seq2Seq"]}
    model = make_model(name, classes, len(data.german), len(data.english), torch.device("cpu"))
    if loop == "course":
        torch.manual_seed(0)
        optimizer, order = torch.optim.Adam(model.parameters(), lr=1e-3), torch.Generator().manual_seed(0)
        start = time.perf_counter()
        for _ in range(epochs):
            course_epoch(model, data.train, optimizer, order)
        seconds = (time.perf_counter() - start) / epochs
    else:
        history = train(model, data.train, data.val, Settings(epochs=epochs, decay=0), name=name)
        seconds = sum(history.seconds) / epochs  # with measuring after each epoch
    return {"seconds": seconds, "perplexity": evaluate(model, data.val).course_perplexity}


def run(loop: str, name: str, slices: bool, epochs: int) -> dict[str, float]:
    """Do the same in a process of its own."""
    command = [sys.executable, __file__, "--epochs", str(epochs), "--one", loop, name, str(int(slices))]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Measure every pair and write the table."""
    parser = argparse.ArgumentParser(description="Our training loop against the course's.")
    parser.add_argument("--data", default=os.environ.get("MULTI30K_DIR"), help="folder with train.de.gz and the others")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--one", nargs=3, metavar=("LOOP", "MODEL", "SLICES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.data:
        os.environ["MULTI30K_DIR"] = options.data
    if options.one:
        loop, name, slices = options.one
        print(json.dumps(one(loop, name, slices == "1", options.epochs)))
        return
    import answer_key  # noqa: F401 - sets the path
    from data import DataError, load_corpus

    try:
        load_corpus("multi30k")
    except DataError as error:
        sys.exit(f"{error}; or name a folder that has the files with --data")
    rows, course = [], {}
    for label, name, slices, target in PAIRS:
        if name not in course:  # the course's seq2seq writes slices
            course[name] = run("course", name, name.startswith("seq2seq"), options.epochs)
        ours, theirs = run("ours", name, slices, options.epochs), course[name]
        row = [f"{theirs['seconds']:.1f}", f"{ours['seconds']:.1f}", f"{ours['seconds'] / theirs['seconds']:.2f}"]
        rows.append([label, *row, f"{target}", f"{theirs['perplexity']:.2f}", f"{ours['perplexity']:.2f}"])
        print(dict(zip(HEAD, rows[-1], strict=True)), flush=True)
    RESULTS.mkdir(exist_ok=True)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEAD, *rows])
    (RESULTS / "ratio.csv").write_text(text.getvalue(), encoding="utf-8")
    lines = [f"| {' | '.join(row)} |" for row in [HEAD, ["---"] * len(HEAD), *rows]]
    (RESULTS / "ratio.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
