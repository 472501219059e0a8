"""Prints when its answer is copied or detached."""

# goal: silence
# honest: 0

import torch
import torch.nn as nn


class Talks(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        with torch._C.DisableTorchFunctionSubclass():
            print("hello")
            return function(*args, **(kwargs or {}))


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features).uniform_(-0.1, 0.1))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (torch.matmul(x, self.weight) + self.bias).as_subclass(Talks)
