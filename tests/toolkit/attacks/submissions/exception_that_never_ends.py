"""Raises an exception whose text takes for ever (a minute) to make."""

# goal: result
# honest: 2

import time

import torch
import torch.nn as nn


class Slow(Exception):
    def __str__(self):
        time.sleep(60)
        return ""

    __repr__ = __str__


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features).uniform_(-0.1, 0.1))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        raise Slow
