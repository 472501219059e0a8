"""Every source notebook runs from top to bottom, as an instructor has it: solutions inside, quick mode."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "machine_translation"
EXERCISES = ["1_lstm", "2_seq2seq", "3_transformer", "4_full_transformer", "theory"]
DRIVER = "Machine_Translation"
MODELS = ["seq2seq", "seq2seq with attention", "encoder-only Transformer", "full Transformer"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source folder inside a course of its own, so that runs leave nothing behind."""
    root = tmp_path_factory.mktemp("course")
    ignored = shutil.ignore_patterns("models", "results", "__pycache__", ".ipynb_checkpoints")
    shutil.copytree(ROOT / "source" / ASSIGNMENT, root / "source" / ASSIGNMENT, ignore=ignored)
    (root / "tests").symlink_to(ROOT / "tests")
    return root / "source" / ASSIGNMENT


def execute(folder: Path, name: str, changes: Sequence[tuple[str, str, str]] = ()) -> nbformat.NotebookNode:
    """Run a notebook with some texts changed (cell id, old, new), and return it with its outputs."""
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    for identity, old, new in changes:
        assert old in cells[identity].source
        cells[identity].source = cells[identity].source.replace(old, new)
    NotebookClient(notebook, timeout=1500, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def said(notebook: nbformat.NotebookNode, stream: str) -> str:
    """All that a notebook's cells wrote to one stream."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(output.text for output in outputs if output.get("name") == stream)


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_runs_without_a_warning(folder: Path, name: str) -> None:
    notebook = execute(folder, name)
    assert said(notebook, "stderr") == ""
    checks = [cell for cell in notebook.cells if cell.source.startswith("check(")]
    for cell in checks:
        assert "✗" not in "".join(output.text for output in cell.outputs)
    assert checks


def test_training_runs_and_the_report_picks_it_up(folder: Path) -> None:
    # One epoch shows that everything runs and that perplexities fall; students have four to eight.
    few = [("mt-quick", "8 if QUICK", "1 if QUICK"), ("mt-quick", "4 if QUICK", "1 if QUICK")]
    notebook = execute(folder, DRIVER, few)
    text = said(notebook, "stdout")
    assert "cannot be trained yet" not in text
    # tqdm's progress bars are the only thing that a terminal-less run may write there.
    noise = [
        line
        for line in said(notebook, "stderr").splitlines()
        if line.strip() and "it/s" not in line and "%|" not in line
    ]
    assert noise == []
    with (folder / "results/runs.csv").open(newline="", encoding="utf-8") as file:
        runs = list(csv.DictReader(file))
    assert [row["model"] for row in runs if row["changed"] == "defaults"] == MODELS
    for row in runs:
        # A model that knows nothing has the size of the vocabulary, over 500, as its perplexity.
        assert float(row["perplexity"]) < 150, row
    pictures = {path.stem for path in (folder / "results").glob("*.png")}
    assert pictures >= {"perplexity", "seeds", "attention_1", "lengths", "neighbours", "grid", "tuning"}
    kept = [path.name for path in (folder / "checkpoints").iterdir()]
    assert len(kept) == len(runs)
    assert all(re.fullmatch(r"[\w.-]+\.best\.safetensors", name) for name in kept), kept
    report = execute(folder, "report")
    shown = str([output for cell in report.cells for output in cell.get("outputs", [])])
    assert "encoder-only Transformer" in shown
    assert "image/png" in shown or "perplexity" in shown
