"""Raises an exception that tries every other way out of a code block."""

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
        raise ValueError(
            "\r\n```\r\n\u2028```\u2029```\x0b```\x0c\n\t```\n ```\n~~~\n<script>alert(1)</script>"
            "\n\n<details open ontoggle=alert(1)>"
        )
