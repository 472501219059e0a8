"""Raises an exception whose text is HTML with scripts, for the feedback page."""

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
            "</pre></section><script>document.title='attack'</script><img src=x onerror=alert(1)>"
            "<a href='javascript:alert(1)'>click</a><style>*{display:none}</style><iframe src=//x></iframe>"
        )
