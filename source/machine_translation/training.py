"""Trains, measures and uses a translator, whatever its kind.

Three kinds of model work here. All give scores (N, T, V) for the words of the translation:

    seq2seq, encoder-only    model(source): they see the German sentence, and nothing of the English one
    full Transformer         model(source, target) in training: it sees the right words before each position
                             (teacher forcing); model.generate_translation(source) when it translates
"""

from __future__ import annotations

import copy
import math
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import nn
from torch.backends import mha
from vocabulary import PAD, Encoded, Vocabulary, batches, padded

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # where ipywidgets is missing, the bar is drawn as text: good enough
    from tqdm.auto import tqdm

# PyTorch has a faster way through nn.Transformer for eval(), with warnings and results of its own: not here.
mha.set_fastpath_enabled(False)


@dataclass(frozen=True)
class Settings:
    """How to train. The defaults are the course's."""

    epochs: int = 10
    learning_rate: float = 1e-3
    batch_size: int = 128
    clip: float = 0.5  # longest gradient: a longer one is shortened to this
    seed: int = 0


@dataclass(frozen=True)
class Score:
    """How well a model predicts.

    Attributes:
        loss: mean of the batches' mean losses; a loss is −ln(probability of the right word).
        perplexity: exp(loss), the course's measure.
        token_perplexity: the same with every word counted alike. A small last batch changes the other one a little.
    """

    loss: float
    perplexity: float
    token_perplexity: float


@dataclass
class History:
    """What happened in training, one entry an epoch; `best` is the epoch (from 1) whose weights were kept."""

    train: list[Score] = field(default_factory=list)
    val: list[Score] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    best: int = 0

    @property
    def perplexity(self) -> float:
        """The best validation perplexity."""
        return self.val[self.best - 1].perplexity


class _Mean:
    """Collects the losses of batches."""

    def __init__(self) -> None:
        self.batches, self.of_batches, self.tokens, self.of_tokens = 0, 0.0, 0, 0.0

    def add(self, loss: float, tokens: int) -> None:
        self.batches += 1
        self.of_batches += loss
        self.tokens += tokens
        self.of_tokens += loss * tokens

    def score(self) -> Score:
        loss = self.of_batches / max(1, self.batches)
        return Score(loss, _perplexity(loss), _perplexity(self.of_tokens / max(1, self.tokens)))


def _perplexity(loss: float) -> float:
    return math.exp(loss) if loss < 700 else math.inf


def is_teacher_forced(model: nn.Module) -> bool:
    """Does this model read the right translation while it is trained?"""
    return hasattr(model, "generate_translation")


def predict(model: nn.Module, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Scores of the words (N, T, V), as in training."""
    return model(source, target) if is_teacher_forced(model) else model(source)


def generate(model: nn.Module, source: torch.Tensor) -> torch.Tensor:
    """Scores of the words (N, T, V), from the source alone."""
    return model.generate_translation(source) if is_teacher_forced(model) else model(source)


def loss_of(scores: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Mean of −ln(probability of the right word) over all words that are no padding.

    Raw scores and log-probabilities give the same: log-softmax does not change log-probabilities.
    """
    return F.cross_entropy(scores.flatten(0, 1), target.flatten(), ignore_index=PAD)


def train(
    model: nn.Module,
    train_data: Encoded,
    val_data: Encoded,
    settings: Settings | None = None,
    *,
    name: str = "model",
) -> History:
    """Train a model with Adam. At the end it has the weights of its best epoch.

    Args:
        model: a translator; it stays on its device.
        train_data: what it learns from.
        val_data: what chooses the best epoch.
        settings: how to train.
        name: what to call it in the progress bar.
    """
    settings = settings or Settings()
    torch.manual_seed(settings.seed)  # dropout
    shuffle = torch.Generator().manual_seed(settings.seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.learning_rate)
    device = _device(model)
    history, best = History(), None
    total = settings.epochs * math.ceil(len(train_data) / settings.batch_size)
    with tqdm(total=total, desc=name, unit="batch", leave=False) as bar:
        for epoch in range(1, settings.epochs + 1):
            start, mean = time.perf_counter(), _Mean()
            model.train()
            for source, target in batches(train_data, settings.batch_size, shuffle):
                source, target = source.to(device), target.to(device)
                loss = loss_of(predict(model, source, target), target)
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
                optimizer.step()
                mean.add(loss.item(), int((target != PAD).sum()))
                bar.update()
                bar.set_postfix(epoch=epoch, loss=f"{loss.item():.3f}", refresh=False)
            history.train.append(mean.score())
            history.val.append(evaluate(model, val_data, batch_size=settings.batch_size))
            history.seconds.append(time.perf_counter() - start)
            if best is None or history.val[-1].loss < history.val[history.best - 1].loss:
                history.best, best = epoch, copy.deepcopy(model.state_dict())
            bar.write(_line(name, epoch, settings.epochs, history))
    if best is not None:
        model.load_state_dict(best)
    return history


def _line(name: str, epoch: int, epochs: int, history: History) -> str:
    star = " *" if history.best == epoch else ""
    return (
        f"{name}: epoch {epoch:2}/{epochs}   perplexity: training {history.train[-1].perplexity:8.2f}, "
        f"validation {history.val[-1].perplexity:8.2f}   {history.seconds[-1]:.0f} s{star}"
    )


@torch.no_grad()
def evaluate(model: nn.Module, data: Encoded, *, batch_size: int = 128, free: bool = False) -> Score:
    """Measure a model in eval() mode.

    Args:
        model: a translator.
        data: pairs that it was not trained on.
        batch_size: sentences at a time.
        free: let the model go on from its own words, also one that was trained with teacher forcing.
    """
    was_training, device, mean = model.training, _device(model), _Mean()
    model.eval()
    for source, target in batches(data, batch_size):
        source, target = source.to(device), target.to(device)
        scores = generate(model, source) if free else predict(model, source, target)
        mean.add(loss_of(scores, target).item(), int((target != PAD).sum()))
    model.train(was_training)
    return mean.score()


@torch.no_grad()
def translate(
    model: nn.Module, sentences: Sequence[str], source: Vocabulary, target: Vocabulary, *, batch_size: int = 128
) -> list[str]:
    """Translate sentences greedily: at each position the most likely word."""
    was_training, results = model.training, []
    model.eval()
    for ids in padded(source, sentences).split(batch_size):
        words = generate(model, ids.to(_device(model))).argmax(dim=2)  # (N, T)
        results += [target.decode(row) for row in words.tolist()]
    model.train(was_training)
    return results


def _device(model: nn.Module) -> torch.device:
    return next(model.parameters()).device
