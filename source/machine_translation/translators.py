"""Builds the four translators out of your classes, with the sizes that the exercises use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import torch
from torch import nn
from vocabulary import MAX_LENGTH


class Classes(Protocol):
    """Your classes by their names: what `load_models` returns, or a dictionary."""

    def __getitem__(self, name: str, /) -> Any:
        """Return a class."""


_SEQ2SEQ = ("Encoder", "Decoder", "Seq2Seq")
NEEDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # model: your classes, the steps that it can do without
    "seq2seq": (_SEQ2SEQ, ("attention", "decoder_attention", "seq2seq_attention")),
    "seq2seq with attention": (_SEQ2SEQ, ()),
    "encoder-only Transformer": (("TransformerTranslator",), ()),
    "full Transformer": (("FullTransformerTranslator",), ("full_generate",)),
}
MODELS = tuple(NEEDS)


def make_model(
    name: str,
    classes: Classes,
    german: int,
    english: int,
    device: torch.device,
    *,
    seed: int = 0,
    embedding_std: float = 1.0,
    **sizes: Any,
) -> nn.Module:
    """Build a translator.

    Args:
        name: one of MODELS.
        classes: your classes.
        german: number of German ids.
        english: number of English ids.
        device: where it computes.
        seed: chooses the start weights.
        embedding_std: standard deviation of the numbers in the embeddings at the start. PyTorch draws them with 1. Adam
            moves each by about the learning rate a step, so large random numbers of rare words stay as they were drawn.
        sizes: sizes that differ from the defaults, by the names of the constructor's arguments; `hidden_size` for the
            seq2seq models.
    """
    torch.manual_seed(seed)
    if name not in NEEDS:
        raise ValueError(f"there is no model {name!r}; there are {', '.join(MODELS)}")
    if name.startswith("seq2seq"):
        model = _seq2seq(classes, german, english, device, attention=name != "seq2seq", **sizes)
    else:
        make: Callable[..., nn.Module] = classes[NEEDS[name][0][0]]
        model = make(german, english, device, max_length=MAX_LENGTH, **sizes)
    with torch.no_grad():
        for part in model.modules():
            if isinstance(part, nn.Embedding):
                part.weight.mul_(embedding_std)
    return model.to(device)


def _seq2seq(
    classes: Classes,
    german: int,
    english: int,
    device: torch.device,
    *,
    attention: bool,
    emb_size: int = 128,
    hidden_size: int = 150,
    dropout: float = 0.2,
    model_type: str = "LSTM",
) -> nn.Module:
    encoder = classes["Encoder"](german, emb_size, hidden_size, hidden_size, dropout, model_type)
    decoder = classes["Decoder"](emb_size, hidden_size, hidden_size, english, dropout, model_type, attention)
    made: nn.Module = classes["Seq2Seq"](encoder, decoder, device)
    return made
