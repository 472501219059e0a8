"""Gives layers options that never end or that raise when they are read."""

# goal: result
# honest: 2

import torch
import torch.nn as nn


class Odd(nn.Module):
    in_features = property(lambda self: 1 / 0)
    hidden_size = 10**5000
    dropout = "x" * 10_000_000
    normalized_shape = (1,) * 1_000_000
    eps = float("nan")


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features).uniform_(-0.1, 0.1))
        self.bias = nn.Parameter(torch.zeros(out_features))
        self.odd = Odd()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.zeros(x.shape[0], self.bias.shape[0])
