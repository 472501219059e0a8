"""Makes results/runs.md and results/curves.png of what full_runs.py has written.

python benchmarks/training/table.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import answer_key  # noqa: F401 - sets the path

# isort: split
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from pictures import COLOURS, MARKERS
from training import Settings
from tuned import TUNED, changed

RESULTS = Path(__file__).with_name("results")
KINDS = ("defaults", "tuned")
STUDENTS = {  # validation perplexity of real students, by kind
    "seq2seq with attention": (28.8, 24.5),
    "encoder-only Transformer": (21.0, 17.8),
    "full Transformer": (6.3, 4.8),
}
HEAD = (
    "model",
    "run",
    "epochs",
    "parameters",
    "validation perplexity",
    "course's measure",
    "students",
    "on its own words",
    "test, course's measure",
    "BLEU, test 2016",
)


def main() -> None:
    """Write the table and the figure."""
    found = [json.loads(path.read_text(encoding="utf-8")) | {"kind": _kind(path)} for path in RESULTS.glob("*.json")]
    order = list(STUDENTS)
    runs = sorted(found, key=lambda run: (order.index(run["model"]), run["kind"]))
    lines = [HEAD, ["---"] * len(HEAD), *(_row(run) for run in runs)]
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
    tuned = [run for run in runs if run["kind"] == "tuned"]
    reasons = [f"* **{run['model']}, tuned**: {_changes(run)}. {TUNED[run['model']].why}" for run in tuned]
    (RESULTS / "runs.md").write_text(text + "\n" + "\n".join(reasons) + "\n", encoding="utf-8")
    figure, row = plt.subplots(1, len(order), figsize=(4.2 * len(order), 3.6), squeeze=False)
    for axes, model in zip(row[0], order, strict=True):
        for number, run in enumerate([run for run in runs if run["model"] == model]):
            history = run["history"]
            values = [score["course_perplexity"] for score in history["val"]]
            colour, label = COLOURS[number], run["kind"]
            axes.plot(
                range(1, len(values) + 1), values, color=colour, marker=MARKERS[number], markersize=4, label=label
            )
            before = [score["course_perplexity"] for score in history["train"]]
            axes.plot(range(1, len(before) + 1), before, color=colour, linestyle="--", linewidth=1)
        for part, limit, style in zip(KINDS, STUDENTS[model], (":", "-."), strict=True):
            axes.axhline(limit, color="grey", linewidth=1, linestyle=style, label=f"students, {part} ({limit})")
        axes.set_ylim(min(STUDENTS[model]) * 0.6, STUDENTS[model][0] * 3.5)
        axes.set_title(model, fontsize=10)
        axes.set_xlabel("epoch")
        axes.legend(fontsize=8)
    row[0][0].set_ylabel("perplexity (solid: validation, dashed: training)")
    figure.tight_layout()
    figure.savefig(RESULTS / "curves.png", dpi=110)
    print(text)


def _row(run: dict[str, Any]) -> list[str]:
    own = run["val_on_its_own_words"] or run["val"]
    return [
        run["model"],
        run["kind"],
        str(len(run["history"]["val"])),
        f"{run['parameters']:,}",
        f"{run['val']['perplexity']:.2f}",
        f"**{run['val']['course_perplexity']:.2f}**",
        f"{STUDENTS[run['model']][KINDS.index(run['kind'])]}",
        f"{own['perplexity']:.2f}",
        f"{run['test']['course_perplexity']:.2f}",
        f"{run['bleu']:.1f}",
    ]


def _kind(path: Path) -> str:
    """Was it a run with the defaults or with tuned settings? full_runs.py ends a file's name so."""
    return path.stem.rsplit("-", 1)[-1]


def _changes(run: dict[str, Any]) -> str:
    all_of_them = run["sizes"] | {"epochs": Settings().epochs} | changed(run["settings"])
    return ", ".join(f"{key} {value}" for key, value in all_of_them.items())


if __name__ == "__main__":
    main()
