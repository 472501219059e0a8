"""A right LSTM with other names, declared weights first and in another order of gates, with fused products."""

import torch
from torch import nn


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.units = hidden_size
        for gate in ("forget", "output", "input", "candidate"):
            setattr(self, f"x_to_{gate}", nn.Parameter(torch.randn(input_size, hidden_size) * 0.1))
            setattr(self, f"h_to_{gate}", nn.Parameter(torch.randn(hidden_size, hidden_size) * 0.1))
        for gate in ("candidate", "input", "output", "forget"):
            setattr(self, f"{gate}_bias_x", nn.Parameter(torch.zeros(hidden_size)))
            setattr(self, f"{gate}_bias_h", nn.Parameter(torch.zeros(hidden_size)))

    def forward(self, x: torch.Tensor):
        wx = torch.cat([self.x_to_input, self.x_to_forget, self.x_to_candidate, self.x_to_output], dim=1)
        wh = torch.cat([self.h_to_input, self.h_to_forget, self.h_to_candidate, self.h_to_output], dim=1)
        bias = torch.cat(
            [
                self.input_bias_x + self.input_bias_h,
                self.forget_bias_x + self.forget_bias_h,
                self.candidate_bias_x + self.candidate_bias_h,
                self.output_bias_x + self.output_bias_h,
            ]
        )
        hidden = x.new_zeros(x.size(0), self.units)
        memory = x.new_zeros(x.size(0), self.units)
        for step in x.unbind(dim=1):
            i, f, g, o = (step @ wx + hidden @ wh + bias).chunk(4, dim=1)
            memory = memory * f.sigmoid() + i.sigmoid() * g.tanh()
            hidden = o.sigmoid() * memory.tanh()
        return hidden, memory
