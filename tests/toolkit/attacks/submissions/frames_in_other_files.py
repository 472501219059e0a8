"""Runs code that claims to stand in another file and in a line of a million."""

# goal: markup
# honest: 2

import linecache

import torch
import torch.nn as nn


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features).uniform_(-0.1, 0.1))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        text = "\n" * 99 + "raise ValueError('<b>hello</b>')"
        linecache.cache["models/affine.py"] = (1, None, ["<script>alert(1)</script>"] * 200, "models/affine.py")
        exec(compile(text, "models/affine.py", "exec"))
