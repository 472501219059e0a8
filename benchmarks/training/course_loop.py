"""The training loop that courses have used, as a yardstick: 20 ids a sentence, outputs written into slices of zeros."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from measuring import predict
from torch import nn
from vocabulary import PAD, Encoded, batches


def course_epoch(model: nn.Module, data: Encoded, optimizer: torch.optim.Optimizer, generator: torch.Generator) -> None:
    """Go through the sentences once: batches of 128, the gradient shortened to 0.5."""
    model.train()
    for source, target in batches(data, 128, generator):
        optimizer.zero_grad()
        scores = predict(model, source, target)
        loss = F.cross_entropy(scores.reshape(-1, scores.shape[-1]), target.reshape(-1), ignore_index=PAD)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()


def writes_slices(seq2seq: type[nn.Module]) -> type[nn.Module]:
    """Return the same Seq2Seq, but it writes each step into a slice of a zero tensor, as many students do."""

    class Slices(seq2seq):  # type: ignore[valid-type, misc]
        """Writes into slices."""

        def forward(self, source: torch.Tensor) -> torch.Tensor:
            """(N, T) → (N, T, V)."""
            outputs, hidden = self.encoder(source)
            token: Any = source[:, :1]
            scores = torch.zeros(*source.shape, self.decoder.output_size, device=source.device)
            for t in range(source.shape[1]):
                scores[:, t], hidden = self.decoder(token, hidden, outputs)
                token = scores[:, t].argmax(dim=1, keepdim=True)
            return scores

    return Slices
