# Other names, biases after weights.

import torch
import torch.nn as nn


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        for gate in ("output", "cell", "forget", "input"):
            setattr(self, gate + "_x", nn.Parameter(torch.randn(input_size, hidden_size)))
            setattr(self, gate + "_h", nn.Parameter(torch.randn(hidden_size, hidden_size)))
        for gate in ("cell", "input", "output", "forget"):
            setattr(self, gate + "_hb", nn.Parameter(torch.zeros(hidden_size)))
            setattr(self, gate + "_xb", nn.Parameter(torch.zeros(hidden_size)))

    def gate(self, name, x, h):
        return (
            x @ getattr(self, name + "_x")
            + getattr(self, name + "_xb")
            + h @ getattr(self, name + "_h")
            + getattr(self, name + "_hb")
        )

    def forward(self, x):
        h = x.new_zeros(x.size(0), self.hidden_size)
        c = x.new_zeros(x.size(0), self.hidden_size)
        for x_t in x.unbind(1):
            i, f, o = (torch.sigmoid(self.gate(k, x_t, h)) for k in ("input", "forget", "output"))
            c = f * c + i * torch.tanh(self.gate("cell", x_t, h))
            h = o * torch.tanh(c)
        return h, c
