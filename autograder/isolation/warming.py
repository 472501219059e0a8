"""First uses, made once in the fork server: PyTorch and Python set up a good deal then, a tenth of a second in all.

A process that is forked afterwards finds it done. It costs no thread, which a fork would lose.
"""

from __future__ import annotations

import warnings
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from autograder.isolation.engine import Engine, Ref
from autograder.isolation.wire.packing import pack, pack_limited
from autograder.isolation.wire.unpacking import unpack


class _Sample(nn.Module):
    """Has what models are made of."""

    def __init__(self, size: int, padding_masks: bool) -> None:
        super().__init__()
        self.padding_masks = padding_masks
        self.words = nn.Embedding(3, size)
        self.drop = nn.Dropout(0.5)
        self.rnn = nn.RNN(size, size, batch_first=True)
        self.lstm = nn.LSTM(size, size, batch_first=True)
        self.norm = nn.LayerNorm(size)
        self.inside = nn.Sequential(nn.Linear(size, size), nn.ReLU())
        self.whole = nn.Transformer(size, 1, 1, 1, size, 0.5, batch_first=True)
        self.own = nn.Parameter(torch.empty(size, size).uniform_(-1, 1))

    def forward(self, ids: torch.Tensor) -> tuple[torch.Tensor, Any]:
        """(N, T) ids to something that depends on every layer."""
        x = self.drop(self.words(ids))
        x = self.rnn(x)[0] + self.lstm(x)[0] + self.norm(self.inside(x)) @ self.own
        x = x * torch.sigmoid(torch.cat([F.scaled_dot_product_attention(x, x, x)[:, :1], x[:, 1:]], 1)).tanh()
        later = torch.ones(ids.shape[1], ids.shape[1], dtype=torch.bool).triu(1)
        x = x + self.whole(x, x, tgt_mask=later, tgt_key_padding_mask=ids == 1 if self.padding_masks else None)
        weights = F.cosine_similarity(x[:, :1], x, dim=2).softmax(1).unsqueeze(1)
        return F.log_softmax(weights.bmm(x), 2), (x.argmax(2), torch.stack([x, x]).mean((0, 2)))


def warm(padding_masks: bool) -> None:
    """Run every verb on a small model, with a padding mask or without. The random stream stays where it is."""
    state = torch.get_rng_state()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _run_every_verb(padding_masks)
    torch.set_rng_state(state)


def _run_every_verb(padding_masks: bool) -> None:
    engine = Engine({"Sample": _Sample}.__getitem__, {"Sample": _Sample}, lambda _: False)
    ids = torch.tensor([[0, 1], [2, 0]])
    call = {"ref": 1, "method": "forward", "args": (ids,), "kwargs": {}}
    for op in (
        {"op": "reset", "seed": 1},
        {"op": "build", "ref": 1, "name": "Sample", "args": (2, padding_masks), "kwargs": {}, "told": True},
        {"op": "stand_in", "ref": 2, "name": "Sample", "args": (2, padding_masks), "kwargs": {}},
        {"op": "load", "ref": 1, "weights": {"own": torch.ones(2, 2)}},
        {"op": "call", **call},
        {"op": "gradients", **call, "cotangents": [torch.ones(2, 1, 2)]},
        {"op": "mode", "ref": 1, "train": False},
        {"op": "call", **call},
        {"op": "weights", "ref": 1},
        {"op": "attribute", "ref": 1, "name": "missing"},
        {"op": "replace", "ref": 1, "method": "forward", "by": 2},
        {"op": "arguments", "of": Ref(1)},
    ):
        unpack(bytearray(pack_limited(engine.run(unpack(bytearray(pack(op)))))))
