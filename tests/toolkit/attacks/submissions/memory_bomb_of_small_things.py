"""Takes memory in small pieces, a list that grows for ever (up to 3 GiB)."""

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
        hoard = []
        for number in range(40_000_000):
            hoard.append([number])
        return torch.zeros(x.shape[0], len(hoard))
