# A ParameterDict with its own keys; einsum.

import torch
import torch.nn as nn


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.h = hidden_size
        self.p = nn.ParameterDict()
        for number in range(4):
            self.p[f"enter{number}"] = nn.Parameter(0.1 * torch.ones(input_size, hidden_size))
            self.p[f"b{number}"] = nn.Parameter(torch.ones(hidden_size))
            self.p[f"stay{number}"] = nn.Parameter(torch.eye(hidden_size))
            self.p[f"d{number}"] = nn.Parameter(torch.ones(hidden_size))

    def forward(self, x):
        n, t, _ = x.shape
        h, c = torch.zeros(n, self.h).to(x.device), torch.zeros(n, self.h).to(x.device)
        for k in range(t):
            z = [
                torch.einsum("ni,ih->nh", x[:, k], self.p[f"enter{j}"])
                + torch.einsum("nh,hk->nk", h, self.p[f"stay{j}"])
                + self.p[f"b{j}"]
                + self.p[f"d{j}"]
                for j in range(4)
            ]
            candidate, forget, out, enter = (
                torch.tanh(z[0]),
                torch.sigmoid(z[1]),
                torch.sigmoid(z[2]),
                torch.sigmoid(z[3]),
            )
            c = torch.addcmul(forget * c, enter, candidate)
            h = out * torch.tanh(c)
        return h, c
