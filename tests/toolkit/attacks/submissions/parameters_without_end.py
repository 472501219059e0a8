"""Reports an endless stream of parameters."""

# goal: result
# honest: 2

import itertools

import torch
import torch.nn as nn


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features).uniform_(-0.1, 0.1))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.zeros(x.shape[0], self.bias.shape[0])

    def named_parameters(self, *arguments, **options):
        return ((str(number), self.bias) for number in itertools.count())

    def named_modules(self, *arguments, **options):
        return ((str(number), self) for number in itertools.count())
