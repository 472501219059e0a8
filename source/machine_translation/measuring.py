"""Measures and uses a translator, whatever its kind.

Three kinds of model work here. All give scores (N, T, V) for the words of the translation:

    seq2seq, encoder-only    model(source): they see the German sentence, and nothing of the English one
    full Transformer         model(source, target) in training: it sees the right words before each position
                             (teacher forcing); model.generate_translation(source) when it translates
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn
from torch.backends import mha
from vocabulary import PAD, Encoded, Vocabulary, batches, padded, tokenize

# PyTorch has a faster way through nn.Transformer for eval(), with warnings and results of its own: not here.
mha.set_fastpath_enabled(False)


@dataclass(frozen=True)
class Score:
    """How well a model predicts.

    Attributes:
        loss: mean of −ln(probability of the right word) over all words that are no padding, each counted once.
        perplexity: exp(loss).
        course_perplexity: exp(mean of the batches' mean losses), the measure that the course has always used. Words of
            a small last batch count more in it.
    """

    loss: float
    perplexity: float
    course_perplexity: float


class Mean:
    """Collects the mean losses of batches."""

    def __init__(self) -> None:
        """Start with none."""
        self._batches, self._of_batches, self._tokens, self._of_tokens = 0, 0.0, 0, 0.0

    def add(self, loss: float, tokens: int) -> None:
        """Add a batch: its mean loss, and over how many words that is the mean."""
        self._batches += 1
        self._of_batches += loss
        self._tokens += tokens
        self._of_tokens += loss * tokens

    def score(self) -> Score:
        """Return the means so far."""
        loss = self._of_tokens / max(1, self._tokens)
        return Score(loss, _perplexity(loss), _perplexity(self._of_batches / max(1, self._batches)))


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


@contextmanager
def _measuring(model: nn.Module) -> Iterator[torch.device]:
    """Put a model into eval() without gradients, and back afterwards."""
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield next(model.parameters()).device
    finally:
        model.train(was_training)


def evaluate(model: nn.Module, data: Encoded, *, batch_size: int = 128, free: bool = False) -> Score:
    """Measure a model in eval() mode.

    Every sentence is padded to the same length (20 ids). A length that followed the translation would tell the model
    how long the translation is.

    Args:
        model: a translator.
        data: pairs that it was not trained on.
        batch_size: sentences at a time.
        free: let the model go on from its own words, also one that was trained with teacher forcing.
    """
    mean = Mean()
    with _measuring(model) as device:
        for source, target in batches(data, batch_size):
            source, target = source.to(device), target.to(device)
            scores = generate(model, source) if free else predict(model, source, target)
            mean.add(loss_of(scores, target).item(), int((target != PAD).sum()))
    return mean.score()


def translate(
    model: nn.Module, sentences: Sequence[str], source: Vocabulary, target: Vocabulary, *, batch_size: int = 128
) -> list[str]:
    """Translate sentences greedily: at each position the most likely word."""
    results = []
    with _measuring(model) as device:
        for ids in padded(source, sentences).split(batch_size):
            words = generate(model, ids.to(device)).argmax(dim=2)  # (N, T)
            results += [target.decode(row) for row in words.tolist()]
    return results


def bleu(translations: Sequence[str], references: Sequence[str]) -> float:
    """BLEU of translations, from 0 to 100, by sacrebleu; nan where that is not installed.

    Both sides are compared as our models write: lower case, no punctuation.
    """
    try:
        from sacrebleu import corpus_bleu
    except ModuleNotFoundError:
        return math.nan
    words = [" ".join(tokenize(reference)) for reference in references]
    return float(corpus_bleu(list(translations), [words], tokenize="none", force=True).score)
