"""The training notebook's helpers: training, the table of runs, and students' modules from saved notebooks."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import nn

from tests.toolkit.notebook_helpers import full_disk, imported

NAMES = ("vocabulary", "training", "my_models", "experiments", "insights")
PAIRS = [("a b", "x y"), ("b a", "y x"), ("a a b", "x x y"), ("b", "y")] * 8


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    with imported(*NAMES) as found:
        yield found


class Copier(nn.Module):
    """Translates each word by itself."""

    def __init__(self, words: int = 8) -> None:
        super().__init__()
        self.table = nn.Embedding(words, words)

    def forward(self, source: torch.Tensor) -> torch.Tensor:
        return self.table(source)


class Forced(Copier):
    """The same with teacher forcing; its own translation is always <eos>."""

    def forward(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return 20.0 * nn.functional.one_hot(target, 8).float() + 0.0 * self.table(source)

    def generate_translation(self, source: torch.Tensor) -> torch.Tensor:
        return 20.0 * nn.functional.one_hot(torch.full_like(source, 3), 8).float()


@pytest.fixture
def encoded(modules: dict[str, ModuleType]):
    tools = modules["vocabulary"]
    german, english = (tools.Vocabulary(pair[side] for pair in PAIRS) for side in (0, 1))
    return tools.encode(PAIRS, german, english, max_length=6), german, english


def test_training_learns_and_keeps_the_best_weights(modules, encoded, capsys) -> None:
    tools, (data, german, english) = modules["training"], encoded
    torch.manual_seed(0)
    model = Copier()
    settings = tools.Settings(epochs=12, learning_rate=0.3, batch_size=8, decay=0)
    history = tools.train(model, data, data, settings, name="copier")
    assert len(history.train) == len(history.val) == len(history.seconds) == 12
    assert history.val[-1].perplexity < history.val[0].perplexity
    assert history.perplexity == min(score.perplexity for score in history.val)
    assert tools.evaluate(model, data).perplexity == pytest.approx(history.perplexity, rel=1e-4)
    assert tools.translate(model, ["a b", "b a a"], german, english) == ["x y", "y x x"]
    assert "copier: epoch 12/12" in capsys.readouterr().out


def test_the_same_seed_gives_the_same_run(modules, encoded) -> None:
    tools, data = modules["training"], encoded[0]
    losses = []
    for _ in range(2):
        torch.manual_seed(0)
        history = tools.train(Copier(), data, data, tools.Settings(epochs=2, batch_size=8))
        losses.append([score.loss for score in history.val])
    assert losses[0] == losses[1]


@pytest.mark.parametrize(
    ("settings", "rates"),
    [
        ({"decay": 0.0}, [2, 2, 2, 2, 2]),
        ({"decay": 0.5}, [2, 2, 2, 1, 0]),
        ({"decay": 1.0}, [2, 1.5, 1, 0.5, 0]),
        ({"decay": 0.0, "warmup": 0.5}, [0, 1, 2, 2, 2]),
        ({"decay": 0.5, "warmup": 0.5}, [0, 1, 2, 1, 0]),
        ({"decay": 1.0, "warmup": 0.5}, [0, 1, 1, 0.5, 0]),
    ],
)
def test_the_learning_rate_rises_and_falls(modules, settings: dict[str, float], rates: list[float]) -> None:
    made = modules["training"].Settings(learning_rate=2.0, **settings)
    assert [made.rate(quarter / 4) for quarter in range(5)] == pytest.approx(rates)


class Listener(Copier):
    """Keeps what it has read while it was trained."""

    def __init__(self) -> None:
        super().__init__()
        self.read: dict[bool, list[torch.Tensor]] = {True: [], False: []}

    def forward(self, source: torch.Tensor) -> torch.Tensor:
        self.read[self.training].append(source)
        return super().forward(source)


@pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
def test_words_are_hidden_while_it_learns_and_only_then(modules, encoded, part: float) -> None:
    tools, data = modules["training"], encoded[0]
    model = Listener()
    tools.train(model, data, data, tools.Settings(epochs=6, batch_size=8, hide=part))
    learnt, measured = (torch.cat([read.flatten() for read in model.read[mode]]) for mode in (True, False))
    hidden = (learnt == 0).sum().item() / ((learnt == 0) | (learnt > 3)).sum().item()
    assert hidden == pytest.approx(part, abs=0.1)
    assert {2, 3} <= set(learnt.tolist())  # <sos> and <eos> stay
    assert (measured != 0).all()


class Reader(Listener):
    """Reads the right translation while it is trained."""

    def forward(self, source: torch.Tensor, target: torch.Tensor | None = None) -> torch.Tensor:
        if target is not None:
            self.read[self.training].append(target)
        return self.table(source if target is None else target).log_softmax(2)

    def generate_translation(self, source: torch.Tensor) -> torch.Tensor:
        return self(source)


def test_words_of_the_right_translation_are_hidden_from_the_one_who_reads_it(modules, encoded) -> None:
    tools, data = modules["training"], encoded[0]
    model = Reader()
    history = tools.train(model, data, data, tools.Settings(epochs=6, batch_size=8, hide_target=0.5, learning_rate=1.0))
    learnt, measured = (torch.cat([read.flatten() for read in model.read[mode]]) for mode in (True, False))
    assert (learnt == 0).sum().item() / ((learnt == 0) | (learnt > 3)).sum().item() == pytest.approx(0.5, abs=0.1)
    assert (measured != 0).all()
    # A word that was hidden is asked for all the same: nobody could guess it, and it counts.
    assert history.train[-1].loss > 2 * history.val[-1].loss


def test_both_perplexities_are_what_they_say(modules, encoded) -> None:
    tools, data = modules["training"], encoded[0]
    model = Copier()
    nn.init.zeros_(model.table.weight)
    even = tools.evaluate(model, data)
    assert even.perplexity == pytest.approx(8, rel=1e-5)
    assert even.course_perplexity == pytest.approx(8, rel=1e-5)
    nn.init.normal_(model.table.weight)
    score = tools.evaluate(model, data, batch_size=3)
    losses, tokens = [], []
    for source, target in modules["vocabulary"].batches(data, 3):
        losses.append(tools.loss_of(model(source), target).item())
        tokens.append(int((target != 1).sum()))
    weighted = sum(loss * count for loss, count in zip(losses, tokens, strict=True)) / sum(tokens)
    assert score.course_perplexity == pytest.approx(math.exp(sum(losses) / len(losses)), rel=1e-5)
    assert score.perplexity == pytest.approx(math.exp(weighted), rel=1e-5)
    assert abs(score.perplexity - score.course_perplexity) > 1e-3


def test_raw_scores_and_log_probabilities_lose_alike(modules) -> None:
    scores, target = torch.randn(3, 5, 8), torch.randint(2, 8, (3, 5))
    loss_of = modules["training"].loss_of
    assert loss_of(scores, target).item() == pytest.approx(loss_of(scores.log_softmax(2), target).item(), rel=1e-5)


def test_teacher_forcing_is_switched_off_when_asked(modules, encoded) -> None:
    tools, (data, german, english) = modules["training"], encoded
    model = Forced().train()
    assert tools.evaluate(model, data).perplexity == pytest.approx(1, abs=1e-3)
    assert tools.evaluate(model, data, free=True).perplexity > 1000
    assert tools.translate(model, ["a b"], german, english) == [""]
    assert model.training


MODULE = '''# models/Copier.py
import torch.nn as nn


class Copier(nn.Module):
    """Translates each word by itself."""

    def __init__(self):
        super().__init__()
        # TODO
        ### BEGIN SOLUTION pass
        self.table = nn.Embedding(8, 8)
        ### END SOLUTION

    def forward(self, source):
        # TODO
        ### BEGIN SOLUTION raise NotImplementedError("copy: look the words up")
        scores = self.table(source)
        ### END SOLUTION
        return scores
'''


def _cell(source: str, grade_id: str, **nbgrader: object) -> dict[str, object]:
    meta = {"grade_id": grade_id, "schema_version": 3, "grade": False, "solution": False, "locked": False} | nbgrader
    return {"cell_type": "code", "id": grade_id, "metadata": {"nbgrader": meta}, "outputs": [], "source": source}


def _assignment(folder: Path, source: str = MODULE) -> Path:
    folder.mkdir()
    (folder / "assignment.toml").write_text('title = "Copy"\n')
    cells = [
        _cell(source, "Copier", solution=True),
        _cell('check("copy")', "copy", grade=True, points=1, locked=True, cell_type="code"),
    ]
    _save(folder, cells)
    return folder


def _save(folder: Path, cells: list[dict[str, object]]) -> None:
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "1_copy.ipynb").write_text(json.dumps(document))


def _release(folder: Path) -> None:
    """Turn the folder into what a student has: the skeleton, and no markers."""
    from autograder.authoring.assignment import load

    assignment = load(folder)
    (folder / "assignment.json").write_text(assignment.to_json())
    (folder / "assignment.toml").unlink()
    _save(folder, [_cell(assignment.cells[0].source, "Copier", solution=True)])


def test_modules_come_from_the_saved_notebook(modules, tmp_path: Path) -> None:
    folder, said = _assignment(tmp_path / "copy"), []
    mine = modules["my_models"].load_models(folder, said.append)
    assert said == [f"{'models/Copier.py':28} from 1_copy.ipynb, saved 0 seconds ago"]
    assert (folder / "models" / "Copier.py").read_text().startswith("# models/Copier.py\n")
    assert mine.why_not(mine["Copier"], ["Copier"]) == ""
    assert "Other is not defined" in mine.why_not(mine["Copier"], ["Other"])


def test_an_open_step_is_named_and_a_finished_one_counts_after_saving(modules, tmp_path: Path) -> None:
    folder = _assignment(tmp_path / "copy")
    _release(folder)
    load_models = modules["my_models"].load_models
    mine = load_models(folder, lambda _: None)
    assert mine.why_not(mine["Copier"], ["Copier"]) == "still to do: copy (then save that notebook)"
    _save(folder, [_cell(MODULE, "Copier", solution=True)])
    mine = load_models(folder, lambda _: None)
    assert mine.why_not(mine["Copier"], ["Copier"]) == ""


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("return scores", "return scores[:, 0]", "its scores have shape (2, 8), not (N, T, V)"),
        ("return scores", "return scores + undefined", "it stops with NameError: name 'undefined' is not defined"),
        (
            "import torch.nn as nn",
            "import torch.nn as nn\n1 / 0",
            "zero in 1_copy.ipynb, cell 1 (Copier), line ",
        ),
        ("return scores", "print('hello'); return scores", "it prints ('hello'); take that out"),
        ("return scores", "return scores)", "SyntaxError: unmatched ')' in 1_copy.ipynb, cell 1 (Copier), line "),
    ],
)
def test_what_is_wrong_is_said_in_one_line(modules, tmp_path: Path, old: str, new: str, reason: str) -> None:
    folder = _assignment(tmp_path / "copy")
    _release(folder)
    _save(folder, [_cell(MODULE.replace(old, new), "Copier", solution=True)])
    mine = modules["my_models"].load_models(folder, lambda _: None)
    found = mine.why_not(lambda: mine["Copier"](), ["Copier"])
    assert reason in found
    assert "\n" not in found


def test_a_missing_notebook_is_said_in_one_line(modules, tmp_path: Path) -> None:
    folder = _assignment(tmp_path / "copy")
    _release(folder)
    (folder / "1_copy.ipynb").unlink()
    said: list[str] = []
    mine = modules["my_models"].load_models(folder, said.append)
    assert said == [f"{'models/Copier.py':28} not found: 1_copy.ipynb should be in this folder"]
    assert "1_copy.ipynb" in mine.why_not(lambda: mine["Copier"](), ["Copier"])
    said.clear()
    modules["my_models"].load_models(tmp_path, said.append)
    assert len(said) == 1
    assert "put this notebook into the folder" in said[0]


def test_the_table_of_runs_is_kept(modules, encoded, tmp_path: Path) -> None:
    tools, experiments, data = modules["training"], modules["experiments"], encoded[0]
    history = tools.train(Copier(), data, data, tools.Settings(epochs=1))
    path = tmp_path / "results" / "runs.csv"
    runs = experiments.Runs(path)
    runs.add("copier", history, "bundled")
    runs.add("copier", history, "bundled", changed="wider, slower", before=history)
    again = experiments.Runs(path)
    again.add("copier", history, "bundled", seed=3)
    again.add("copier", history, "bundled")
    rows = experiments.Runs(path).rows
    assert [(row["changed"], row["seed"]) for row in rows] == [
        ("wider, slower", "0"),
        ("defaults", "3"),
        ("defaults", "0"),
    ]
    assert rows[0]["before"] == rows[0]["perplexity"] == f"{history.perplexity:.2f}"
    assert rows[0]["course_perplexity"] == f"{history.course_perplexity:.2f}"
    assert "<th" in again._repr_html_()


def test_a_table_on_a_full_disk_costs_one_line(modules, encoded, tmp_path: Path, monkeypatch, capsys) -> None:
    tools, experiments, data = modules["training"], modules["experiments"], encoded[0]
    history = tools.train(Copier(), data, data, tools.Settings(epochs=1))
    runs = experiments.Runs(tmp_path / "runs.csv")
    runs.add("first", history, "bundled")
    capsys.readouterr()
    monkeypatch.setattr(Path, "write_bytes", full_disk)
    runs.add("second", history, "bundled")
    assert capsys.readouterr().out.count("\n") == 1
    assert [row["model"] for row in runs.rows] == ["first", "second"]
    assert [row["model"] for row in experiments.Runs(tmp_path / "runs.csv").rows] == ["first"]
