"""Keeps the inputs of every call and shows all of them in the next exception."""

# goal: secret
# honest: 0

import torch
import torch.nn as nn

SEEN: list = []


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        SEEN.append((in_features, out_features))
        raise ValueError(f"so far: {SEEN}")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x
