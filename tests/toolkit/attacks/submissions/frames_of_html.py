"""Runs code whose file, function and line are named like markup."""

# goal: markup
# honest: 2

import torch
import torch.nn as nn


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features).uniform_(-0.1, 0.1))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        def raises():
            raise ValueError("hello")

        name = "<script>alert(1)</script>`\n# 5 of 5"
        raises.__code__ = raises.__code__.replace(co_name=name)
        raises()
