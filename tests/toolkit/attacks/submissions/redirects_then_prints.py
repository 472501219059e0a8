"""Points standard output at /dev/null before it prints.

What it prints stays with itself and reaches nobody; the answer is right.
"""

# goal: silence
# honest: 5

import os

import torch
import torch.nn as nn


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features).uniform_(-0.1, 0.1))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        print("hello")
        return torch.matmul(x, self.weight) + self.bias
