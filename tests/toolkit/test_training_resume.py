"""Training that is stopped, or whose disk is full, loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import nn

from tests.toolkit.notebook_helpers import full_disk, imported

PAIRS = [("a b", "x y"), ("b a", "y x"), ("a a b", "x x y"), ("b", "y")] * 8
EPOCHS = 5


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    with imported("vocabulary", "training", "checkpoints") as found:
        yield found


class Model(nn.Module):
    """Translates each word by itself, with dropout: chance is part of the numbers."""

    def __init__(self, scale: float = 1.0) -> None:
        super().__init__()
        self.table, self.dropout, self.scale = nn.Embedding(8, 8), nn.Dropout(0.3), scale

    def forward(self, source: torch.Tensor) -> torch.Tensor:
        return self.scale * self.dropout(self.table(source))


@pytest.fixture
def run(modules, tmp_path: Path) -> Callable[..., tuple[Any, Model]]:
    """Train a fresh model, stopped by hand in an epoch (from 1) where one is given."""
    tools = modules["vocabulary"]
    german, english = (tools.Vocabulary(pair[side] for pair in PAIRS) for side in (0, 1))
    data = tools.encode(PAIRS, german, english, max_length=6)

    def train(
        stop_in: int = 0, keep: bool = True, scale: float = 1.0, seed: int = 0, data: Any = data, **changes: Any
    ) -> tuple[Any, Model]:
        torch.manual_seed(seed)
        model = Model(scale)
        if stop_in:
            _interrupt(model, (stop_in - 1) * 4 + 2)  # in the second of its four batches
        settings = modules["training"].Settings(**{"epochs": EPOCHS, "learning_rate": 0.1, "batch_size": 8} | changes)
        checkpoint = tmp_path / "checkpoints" / "model.safetensors" if keep else None
        return modules["training"].train(model, data, data, settings, checkpoint=checkpoint), model

    return train


def _interrupt(model: Model, step: int) -> None:
    steps = iter(range(1, step + 1))

    def count(*_: object) -> None:
        if model.training and next(steps) == step:
            raise KeyboardInterrupt

    model.register_forward_pre_hook(count)


def losses(history: Any) -> list[tuple[float, float]]:
    return [(one.loss, other.loss) for one, other in zip(history.train, history.val, strict=True)]


@pytest.mark.parametrize("epoch", range(1, EPOCHS + 1))
def test_stopped_in_any_epoch_it_ends_with_the_same_numbers(modules, run, capsys, epoch: int) -> None:
    whole, right = run(keep=False)
    with pytest.raises(modules["training"].Interrupted, match=rf"in epoch {epoch}; run this again to go on from epoch"):
        run(stop_in=epoch)
    went_on, model = run()
    assert losses(went_on) == losses(whole)
    assert went_on.best == whole.best
    assert torch.equal(model.table.weight, right.table.weight)
    assert ("goes on after epoch" in capsys.readouterr().out) == (epoch > 1)


def test_stopped_twice_it_still_ends_with_the_same_numbers(modules, run) -> None:
    whole, _ = run(keep=False)
    with pytest.raises(modules["training"].Interrupted):
        run(stop_in=4)
    with pytest.raises(modules["training"].Interrupted):
        run(stop_in=1)  # its first batch is in epoch 4
    assert losses(run()[0]) == losses(whole)


def test_a_notebook_shows_one_line(modules, run) -> None:
    with pytest.raises(modules["training"].Interrupted) as stop:
        run(stop_in=2, keep=False)
    assert stop.value._render_traceback_() == ["Stopped: model in epoch 2; nothing is kept"]
    assert isinstance(stop.value, KeyboardInterrupt)


@pytest.mark.parametrize(
    "change",
    [{"learning_rate": 0.2}, {"epochs": 6}, {"seed": 7}, {"scale": 2.0}],
    ids=lambda change: next(iter(change)),
)
def test_another_training_begins_anew(modules, run, capsys, change: dict[str, float]) -> None:
    with pytest.raises(modules["training"].Interrupted):
        run(stop_in=3)
    changed, _ = run(**change)
    assert losses(changed) == losses(run(keep=False, **change)[0])
    assert "begins anew" in capsys.readouterr().out


def test_a_damaged_checkpoint_costs_one_line(modules, run, tmp_path: Path, capsys) -> None:
    with pytest.raises(modules["training"].Interrupted):
        run(stop_in=3)
    path = tmp_path / "checkpoints" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-5])
    capsys.readouterr()
    history, _ = run()
    said = [line for line in capsys.readouterr().out.splitlines() if "cannot be read" in line]
    assert len(said) == 1
    assert "begins anew" in said[0]
    assert losses(history) == losses(run(keep=False)[0])


def test_a_full_disk_costs_one_line_an_epoch_and_nothing_else(
    modules, run, monkeypatch, capsys, tmp_path: Path
) -> None:
    whole, right = run(keep=False)
    with pytest.raises(modules["training"].Interrupted):
        run(stop_in=2)
    before = (tmp_path / "checkpoints" / "model.safetensors").read_bytes()
    monkeypatch.setattr(Path, "write_bytes", full_disk)
    capsys.readouterr()
    with pytest.raises(modules["training"].Interrupted):
        run(stop_in=2)
    assert (tmp_path / "checkpoints" / "model.safetensors").read_bytes() == before
    history, model = run()
    said = [line for line in capsys.readouterr().out.splitlines() if "cannot be written" in line]
    assert len(said) == EPOCHS - 1 + 1  # one for each epoch that ended without room
    assert all("No space left on device" in line for line in said)
    assert losses(history) == losses(whole)
    assert torch.equal(model.table.weight, right.table.weight)


def test_the_best_weights_are_kept_and_nothing_else(modules, run, tmp_path: Path) -> None:
    _, model = run()
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["model.best.safetensors"]
    tensors, about = modules["checkpoints"].load_tensors(tmp_path / "checkpoints" / "model.best.safetensors")
    assert torch.equal(tensors["table.weight"], model.table.weight)
    assert about == {"model": "model"}


def test_it_stops_early_and_keeps_the_best_epoch(run) -> None:
    history, _ = run(keep=False, epochs=40, learning_rate=30.0, decay=0, clip=1e9, patience=3)
    assert len(history.val) == history.best + 3 < 40


def test_the_learning_rate_falls_in_the_last_part(modules) -> None:
    settings = modules["training"].Settings(learning_rate=0.4, decay=0.5)
    assert [settings.rate(done) for done in (0.0, 0.5, 0.75, 1.0)] == pytest.approx([0.4, 0.4, 0.2, 0.0])
    assert modules["training"].Settings(learning_rate=0.4, decay=0).rate(0.99) == 0.4
