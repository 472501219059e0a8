"""Returns texts with NUL, lone surrogates and a byte order mark."""

# goal: result
# honest: 2

import torch
import torch.nn as nn


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features).uniform_(-0.1, 0.1))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return {"\ud800": "\x00\ufeff\udfff", "": b"\xff"}, "\x1b[2J"
