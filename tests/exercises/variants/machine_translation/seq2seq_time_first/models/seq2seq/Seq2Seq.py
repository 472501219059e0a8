# Collected time first and permuted; detached words; state rebuilt as a tuple; eval-safe reads.

import torch
import torch.nn as nn


class Seq2Seq(nn.Module):
    def __init__(self, encoder, decoder, device):
        super().__init__()
        self.device = device
        self.model_type = encoder.model_type
        self.vocabulary = decoder.output_size
        self.encoder = encoder
        self.decoder = decoder
        self.to(device)

    def forward(self, source):
        n, t = source.size()
        out = torch.empty(t, n, self.vocabulary, device=self.device)
        encoder_outputs, hidden = self.encoder.forward(source)
        if self.model_type == "LSTM":
            hidden = (hidden[0].contiguous(), hidden[1].contiguous())
        token = source.narrow(1, 0, 1).clone()
        for k in range(t):
            out[k], hidden = self.decoder(token, hidden, encoder_outputs if self.decoder.attention else None)
            token = out[k].detach().argmax(-1).view(n, 1)
        return out.permute(1, 0, 2)
