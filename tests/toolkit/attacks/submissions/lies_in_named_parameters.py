"""Has no parameters, and a `named_parameters`, `parameters`, `named_modules` and `state_dict` that say otherwise."""

# goal: points
# honest: 0

import torch
import torch.nn as nn


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.sizes = in_features, out_features

    def claimed(self):
        held = nn.Module()
        held.weight = nn.Parameter(torch.zeros(*self.sizes))
        held.bias = nn.Parameter(torch.zeros(self.sizes[1]))
        return held

    def named_parameters(self, *arguments, **options):
        return self.claimed().named_parameters()

    def parameters(self, *arguments, **options):
        return self.claimed().parameters()

    def named_modules(self, *arguments, **options):
        yield "", self.claimed()

    def state_dict(self, *arguments, **options):
        return self.claimed().state_dict()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.zeros(x.shape[0], self.sizes[1])
