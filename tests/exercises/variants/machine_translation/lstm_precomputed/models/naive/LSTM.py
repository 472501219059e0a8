# Canonical names; the input side for all steps at once; exp for the sigmoid.

import torch
import torch.nn as nn


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

        def make(*shape):
            return nn.Parameter(torch.randn(*shape) * 0.1)

        self.W_ii, self.W_if, self.W_ig, self.W_io = (make(input_size, hidden_size) for _ in range(4))
        self.W_hi, self.W_hf, self.W_hg, self.W_ho = (make(hidden_size, hidden_size) for _ in range(4))
        self.b_ii, self.b_if, self.b_ig, self.b_io = (make(hidden_size) for _ in range(4))
        self.b_hi, self.b_hf, self.b_hg, self.b_ho = (make(hidden_size) for _ in range(4))

    def forward(self, x):
        def sig(z):
            return 0.5 * (torch.tanh(z / 2) + 1)

        xi, xf = torch.matmul(x, self.W_ii) + self.b_ii, torch.matmul(x, self.W_if) + self.b_if
        xg, xo = torch.matmul(x, self.W_ig) + self.b_ig, torch.matmul(x, self.W_io) + self.b_io
        h_t = torch.zeros((x.size(0), self.hidden_size), requires_grad=True, device=x.device)
        c_t = torch.zeros((x.size(0), self.hidden_size), requires_grad=True, device=x.device)
        for t in range(x.size(1)):
            i = sig(xi[:, t, :] + torch.mm(h_t, self.W_hi) + self.b_hi)
            f = sig(xf[:, t, :] + torch.mm(h_t, self.W_hf) + self.b_hf)
            g = torch.tanh(xg[:, t, :] + torch.mm(h_t, self.W_hg) + self.b_hg)
            o = sig(xo[:, t, :] + torch.mm(h_t, self.W_ho) + self.b_ho)
            c_t = torch.mul(f, c_t) + torch.mul(i, g)
            h_t = torch.mul(o, torch.tanh(c_t))
        return (h_t, c_t)
