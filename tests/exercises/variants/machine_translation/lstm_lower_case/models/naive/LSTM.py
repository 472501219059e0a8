# Lower-case names without underscore, fused product by cat.
import math

import torch
import torch.nn as nn


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        k = 1 / math.sqrt(hidden_size)
        for g in "gofi":
            self.register_parameter("w_i" + g, nn.Parameter(torch.empty(input_size, hidden_size).uniform_(-k, k)))
        for g in "gofi":
            self.register_parameter("w_h" + g, nn.Parameter(torch.empty(hidden_size, hidden_size).uniform_(-k, k)))
        for g in "gofi":
            self.register_parameter("b_i" + g, nn.Parameter(torch.empty(hidden_size).uniform_(-k, k)))
            self.register_parameter("b_h" + g, nn.Parameter(torch.empty(hidden_size).uniform_(-k, k)))

    def forward(self, x):
        w = torch.cat(
            [
                torch.cat([getattr(self, "w_i" + g) for g in "ifgo"], 1),
                torch.cat([getattr(self, "w_h" + g) for g in "ifgo"], 1),
            ]
        )
        b = torch.cat([getattr(self, "b_i" + g) + getattr(self, "b_h" + g) for g in "ifgo"])
        h = c = torch.zeros(len(x), self.hidden_size).to(x)
        for t in range(x.shape[1]):
            i, f, g, o = (torch.cat([x[:, t], h], 1) @ w + b).chunk(4, 1)
            c = c * f.sigmoid() + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
        return [h, c]
