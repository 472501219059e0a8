"""Trains a translator. What it needs to be measured and used is in measuring.py, what makes it fast in speed.py."""

from __future__ import annotations

import dataclasses
import math
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from speed import bf16_helps, fast_forward, fast_loss, prepare_machine  # before torch, see there

# isort: split
import torch
from checkpoints import Tensors, fingerprint, load_tensors, remove, restore, save_tensors, state_of
from history import History
from measuring import Mean, Score, bleu, evaluate, generate, is_teacher_forced, loss_of, predict, translate
from torch import nn
from vocabulary import EOS, PAD, UNK, Encoded, trimmed_batches

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # where ipywidgets is missing, the bar is drawn as text: good enough
    from tqdm.auto import tqdm

__all__ = [
    "History",
    "Interrupted",
    "Score",
    "Settings",
    "bleu",
    "evaluate",
    "generate",
    "is_teacher_forced",
    "loss_of",
    "predict",
    "train",
    "translate",
]


@dataclass(frozen=True)
class Settings:
    """How to train.

    Attributes:
        epochs: how often to go through the training sentences.
        learning_rate: of Adam, where it is highest.
        warmup: the part of the training, at its beginning, in which the learning rate rises evenly from zero. Deep
            Transformers get lost without it.
        decay: the part of the training, at its end, in which the learning rate falls evenly to zero; 0: never.
        batch_size: sentences a step.
        clip: longest gradient; a longer one is shortened to this.
        weight_decay: pulls the weights towards zero, this much a step times the learning rate; 0: Adam as it is.
        hide: the part of the German words that are read as <unk> while the model learns, others each time. A model that
            must do without some words learns fewer sentences by heart.
        hide_target: the same for the English words that are read, not for those that are asked for. Only the full
            Transformer reads any.
        fit: the part of the translations that a batch has room for, see `trimmed_batches`. Less is faster.
        seed: chooses the order of the sentences and dropout. (The start weights are drawn where a model is made.)
        patience: stop after so many epochs without a better validation loss.
        bf16: multiply in bfloat16; None: where that is faster.
    """

    epochs: int = 10
    learning_rate: float = 1e-3
    warmup: float = 0.0
    decay: float = 0.5
    batch_size: int = 96
    clip: float = 0.5
    weight_decay: float = 0.0
    hide: float = 0.0
    hide_target: float = 0.0
    fit: float = 0.95
    seed: int = 0
    patience: int = 5
    bf16: bool | None = None

    def rate(self, done: float) -> float:
        """Return the learning rate when this part of the training, 0 to 1, is done."""
        rise = done / self.warmup if self.warmup else 1.0
        fall = (1.0 - done) / self.decay if self.decay else 1.0
        return self.learning_rate * min(1.0, rise, fall)


class Interrupted(KeyboardInterrupt):
    """Training was stopped by hand; a notebook shows one line in place of a long report."""

    def _render_traceback_(self) -> list[str]:
        return [f"Stopped: {self}"]


def train(
    model: nn.Module,
    train_data: Encoded,
    val_data: Encoded,
    settings: Settings | None = None,
    *,
    name: str = "model",
    checkpoint: Path | str | None = None,
    after_epoch: Callable[[History], None] | None = None,
) -> History:
    """Train a model with Adam. At the end it has the weights of its best epoch.

    Args:
        model: a translator; it stays on its device.
        train_data: what it learns from.
        val_data: what chooses the best epoch.
        settings: how to train.
        name: what to call it in the progress bar.
        checkpoint: a file. After each epoch what was reached is written there, and the best weights to the same name
            with .best before its ending. An interrupted training goes on from there and ends with the same numbers, as
            long as the model, the data and the settings are the same; else it begins anew.
        after_epoch: called with what has happened so far, after each epoch.

    Raises:
        Interrupted: Ctrl-C, or ■ in a notebook.
    """
    return _Run(model, train_data, val_data, settings or Settings(), name, checkpoint).go(after_epoch)


class _Run:
    """One training of one model."""

    def __init__(
        self,
        model: nn.Module,
        train_data: Encoded,
        val_data: Encoded,
        settings: Settings,
        name: str,
        checkpoint: Path | str | None,
    ) -> None:
        prepare_machine()
        self.model, self.settings, self.name = model, settings, name
        self.device = next(model.parameters()).device
        self.train_data, self.val_data = train_data.to(self.device), val_data.to(self.device)
        self.bf16 = bf16_helps(self.device) if settings.bf16 is None else settings.bf16
        self.optimizer = torch.optim.AdamW(
            model.parameters(),
            lr=settings.learning_rate,
            weight_decay=settings.weight_decay,
            fused=self.device.type in ("cpu", "cuda"),
        )
        self.batches = math.ceil(len(train_data) / settings.batch_size)
        self.history = History()
        self.best: Tensors = {}
        self.path = Path(checkpoint) if checkpoint else None
        self.identity = self._identity() if self.path else ""

    def go(self, after_epoch: Callable[[History], None] | None) -> History:
        self._go_on()
        total, done = self.settings.epochs * self.batches, len(self.history.val) * self.batches
        with tqdm(total=total, initial=done, desc=self.name, unit="batch", leave=False, dynamic_ncols=True) as bar:
            try:
                while len(self.history.val) < self.settings.epochs and not self._patience_is_over():
                    self._epoch(bar)
                    if after_epoch:
                        after_epoch(self.history)
            except KeyboardInterrupt:
                kept = f"run this again to go on from epoch {len(self.history.val)}" if self.path else "nothing is kept"
                raise Interrupted(f"{self.name} in epoch {len(self.history.val) + 1}; {kept}") from None
        if self.best:
            self.model.load_state_dict(self.best)
        if self.path:
            remove(self.path)
        return self.history

    def _epoch(self, bar: tqdm) -> None:
        start, epoch = time.perf_counter(), len(self.history.val)
        # The numbers of an epoch depend on the seed and the epoch alone, so that training can go on at any epoch.
        torch.manual_seed(self.settings.seed * 1_000 + epoch)
        order = torch.Generator().manual_seed(self.settings.seed * 1_000 + epoch)
        mean, tokens = Mean(), 0
        self.model.train()
        steps = trimmed_batches(self.train_data, self.settings.batch_size, order, fit=self.settings.fit)
        for number, (source, target) in enumerate(steps):
            count = int((target != PAD).sum())
            loss = self._step(source, target, (epoch * self.batches + number) / (self.settings.epochs * self.batches))
            mean.add(loss, count)
            tokens += count
            so_far = mean.score()
            bar.set_postfix_str(
                f"epoch {epoch + 1}/{self.settings.epochs}, loss {so_far.loss:.3f}, "
                f"perplexity {so_far.perplexity:.2f}, "
                f"{tokens / (time.perf_counter() - start):,.0f} words/s",
                refresh=False,
            )
            bar.update()
        self.history.train.append(mean.score())
        self.history.val.append(evaluate(self.model, self.val_data))
        self.history.seconds.append(time.perf_counter() - start)
        if not self.best or self.history.val[-1].loss < self.history.best_score.loss:
            self.history.best = epoch + 1
            self.best = {name: tensor.detach().clone() for name, tensor in self.model.state_dict().items()}
        tqdm.write(_line(self.name, self.settings.epochs, self.history))
        self._keep()

    def _step(self, source: torch.Tensor, target: torch.Tensor, done: float) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.rate(done)
        source, read = _hidden(source, self.settings.hide), _hidden(target, self.settings.hide_target)
        with fast_forward(self.device, self.bf16):
            scores = predict(self.model, source, read)
        loss = fast_loss(scores, target)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.clip)
        self.optimizer.step()
        return loss.item()

    def _patience_is_over(self) -> bool:
        return bool(self.history.best) and len(self.history.val) - self.history.best >= self.settings.patience

    def _identity(self) -> str:
        """What must be the same for a training to go on: weights, data, settings, what the model makes of them."""
        few = self.val_data.first(8)
        loss = evaluate(self.model, few).loss
        return fingerprint(self.model.state_dict(), self.train_data, self.val_data, self.settings, self.bf16, loss)

    def _keep(self) -> None:
        if not self.path:
            return
        state = state_of(self.model, self.optimizer) | {f"best/{name}": value for name, value in self.best.items()}
        about = {"identity": self.identity, "history": dataclasses.asdict(self.history)}
        try:
            if self.history.best == len(self.history.val):
                save_tensors(self.path.with_suffix(f".best{self.path.suffix}"), self.best, {"model": self.name})
            save_tensors(self.path, state, about)
        except OSError as error:
            tqdm.write(
                f"{self.name}: {self.path} cannot be written ({error.strerror or error}); training goes on without it"
            )

    def _go_on(self) -> None:
        if not self.path or not self.path.exists():
            return
        try:
            state, about = load_tensors(self.path)
            if about.get("identity") != self.identity:
                tqdm.write(
                    f"{self.name}: begins anew, since the model, the data or the settings are not those of {self.path}"
                )
                return
            best = {name[5:]: tensor.to(self.device) for name, tensor in state.items() if name.startswith("best/")}
            restore(state, self.model, self.optimizer)
            self.history, self.best = History.of(about["history"]), best
        except (ValueError, KeyError, TypeError) as error:
            tqdm.write(f"{self.name}: begins anew ({error})")
            return
        tqdm.write(f"{self.name}: goes on after epoch {len(self.history.val)}")


def _hidden(words: torch.Tensor, part: float) -> torch.Tensor:
    """Sentences with a part of their words read as <unk>."""
    if not part:
        return words
    return words.masked_fill((torch.rand(words.shape, device=words.device) < part) & (words > EOS), UNK)


def _line(name: str, epochs: int, history: History) -> str:
    epoch, val = len(history.val), history.val[-1]
    star = " *" if history.best == epoch else ""
    return (
        f"{name}: epoch {epoch:2}/{epochs}   perplexity: training {history.train[-1].perplexity:8.2f}, "
        f"validation {val.perplexity:8.2f} (course's measure {val.course_perplexity:.2f})   "
        f"{history.seconds[-1]:.0f} s{star}"
    )
