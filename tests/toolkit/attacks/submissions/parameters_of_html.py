"""Names its parameters and types like markup."""

# goal: markup
# honest: 2

import torch
import torch.nn as nn

Kind = type("<script>alert(1)</script>", (), {})


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.register_parameter("<script>alert(1)</script>", nn.Parameter(torch.zeros(in_features, out_features)))
        self.register_parameter("\x1b[31m**b**", nn.Parameter(torch.zeros(out_features)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return Kind()
