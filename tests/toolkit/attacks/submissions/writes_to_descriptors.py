"""Writes to file descriptors 1 and 2 directly."""

# goal: silence
# honest: 0

import os

import torch
import torch.nn as nn


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features).uniform_(-0.1, 0.1))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        os.write(1, b"hello")
        os.write(2, b"hello")
        return torch.matmul(x, self.weight) + self.bias
