"""Returns a list whose iteration never ends, and whose length is a lie."""

# goal: result
# honest: 2

import itertools

import torch
import torch.nn as nn


class Endless(list):
    def __iter__(self):
        return itertools.repeat(0)

    def __len__(self):
        return 2

    def __getitem__(self, place):
        return Endless()


class Mapping(dict):
    def items(self):
        return ((str(number), number) for number in itertools.count())


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features).uniform_(-0.1, 0.1))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return Endless(), Mapping()
