# Consistent other letters: W_x1 … with a fixed but odd order.

import torch
import torch.nn as nn


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        P, z = nn.Parameter, torch.zeros
        self.bo2, self.bg2, self.bf2, self.bi2 = (
            P(z(hidden_size)),
            P(z(hidden_size)),
            P(z(hidden_size)),
            P(z(hidden_size)),
        )
        self.uf, self.ug, self.uo, self.ui = [P(torch.rand(hidden_size, hidden_size)) for _ in range(4)]
        self.wg, self.wi, self.wf, self.wo = [P(torch.rand(input_size, hidden_size)) for _ in range(4)]
        self.bi1, self.bo1, self.bf1, self.bg1 = (
            P(z(hidden_size)),
            P(z(hidden_size)),
            P(z(hidden_size)),
            P(z(hidden_size)),
        )

    def step(self, x, h, c):
        i = torch.sigmoid(x @ self.wi + h @ self.ui + self.bi1 + self.bi2)
        f = torch.sigmoid(x @ self.wf + h @ self.uf + self.bf1 + self.bf2)
        g = torch.tanh(x @ self.wg + h @ self.ug + self.bg1 + self.bg2)
        o = torch.sigmoid(x @ self.wo + h @ self.uo + self.bo1 + self.bo2)
        c = f * c + i * g
        return o * torch.tanh(c), c

    def forward(self, x):
        state = (x.new_zeros(x.shape[0], self.hidden_size), x.new_zeros(x.shape[0], self.hidden_size))
        for x_t in x.transpose(0, 1):
            state = self.step(x_t, *state)
        return state
