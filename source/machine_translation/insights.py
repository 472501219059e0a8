"""Looks into trained translators: what they attend to, which sentences are hard, which words are near to each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch
from torch import nn
from vocabulary import EOS, SPECIALS, Vocabulary, padded, tokenize

LENGTHS = ((1, 6), (7, 8), (9, 10), (11, 12), (13, 18))  # words of the source, from and to


def word_overlap(translations: Sequence[str], references: Sequence[str]) -> float:
    """How much the words of translations and references have in common: 0 nothing, 1 all (the order does not count).

    This is F1 over words: 2 · common words / (words of the translation + words of the reference).
    """
    common = total = 0
    for translation, reference in zip(translations, references, strict=True):
        ours, theirs = Counter(translation.split()), Counter(tokenize(reference))
        common += sum((ours & theirs).values())
        total += sum(ours.values()) + sum(theirs.values())
    return 2 * common / total if total else 0.0


def overlap_by_length(
    sources: Sequence[str], translations: Sequence[str], references: Sequence[str]
) -> list[tuple[str, float, int]]:
    """Return for short to long sources: words of the source as "7 to 8", word_overlap, number of sentences."""
    rows = []
    for low, high in LENGTHS:
        chosen = [number for number, text in enumerate(sources) if low <= len(tokenize(text)) <= high]
        if chosen:
            overlap = word_overlap([translations[n] for n in chosen], [references[n] for n in chosen])
            rows.append((f"{low} to {high}", overlap, len(chosen)))
    return rows


def neighbours(
    model: nn.Module, vocabulary: Vocabulary, words: Sequence[str], count: int = 5
) -> dict[str, list[tuple[str, float]]]:
    """Find the words whose embeddings point most nearly in the same direction.

    Args:
        model: a translator; its embedding with a row for each word of the vocabulary is read.
        vocabulary: of the source.
        words: whose neighbours; unknown ones are left out.
        count: how many each.

    Returns:
        For each word its neighbours and their cosines, the nearest first.

    Raises:
        ValueError: the model has no such embedding.
    """
    tables = [layer for layer in model.modules() if isinstance(layer, nn.Embedding)]
    fitting = [layer.weight.detach().float().cpu() for layer in tables if layer.num_embeddings == len(vocabulary)]
    if not fitting:
        raise ValueError(f"the model has no embedding with {len(vocabulary):,} rows, one for each word")
    directions = nn.functional.normalize(fitting[0], dim=1)  # (words, E)
    found = {}
    for word in words:
        if word in vocabulary:
            cosines = directions @ directions[vocabulary.ids[word]]
            cosines[[vocabulary.ids[word], *range(len(SPECIALS))]] = -2.0
            best = cosines.topk(min(count, len(vocabulary) - len(SPECIALS) - 1))
            names = vocabulary.tokens(best.indices.tolist())
            found[word] = list(zip(names, best.values.tolist(), strict=True))
    return found


@torch.no_grad()
def attention_weights(
    model: nn.Module, sentence: str, source: Vocabulary, target: Vocabulary
) -> tuple[torch.Tensor, list[str], list[str]]:
    """Translate a sentence and watch the decoder's compute_attention.

    Returns:
        Weights (steps, source positions + 1), the words of the translation and of the source. The last
        column is the sum over the padding behind the sentence.
    """
    rows: list[torch.Tensor] = []
    original, was_training = model.decoder.compute_attention, model.training

    def watch(hidden: torch.Tensor, encoder_outputs: torch.Tensor) -> torch.Tensor:
        weights = original(hidden, encoder_outputs)  # (1, 1, T)
        rows.append(weights[0, 0].cpu())
        return weights

    ids = padded(source, [sentence])  # (1, T)
    model.decoder.compute_attention = watch
    model.eval()
    try:
        words = model(ids.to(next(model.parameters()).device))[0].argmax(dim=1).tolist()
    finally:
        del model.decoder.compute_attention
        model.train(was_training)
    steps = words.index(EOS) + 1 if EOS in words else len(words)
    length = len(source.encode(sentence))
    weights = torch.stack(rows)[:steps]  # (steps, T)
    shown = torch.cat((weights[:, :length], weights[:, length:].sum(dim=1, keepdim=True)), dim=1)
    return shown, target.tokens(words[:steps]), [*source.tokens(ids[0, :length].tolist()), "(padding)"]
