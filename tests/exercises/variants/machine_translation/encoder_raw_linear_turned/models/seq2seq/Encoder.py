# Linear layers of raw parameters, the first used as h · Wᵀ.

import torch
import torch.nn as nn
import torch.nn.functional as F


class Encoder(nn.Module):
    def __init__(self, input_size, emb_size, encoder_hidden_size, decoder_hidden_size, dropout=0.2, model_type="RNN"):
        super().__init__()
        self.model_type = model_type
        self.embedding = nn.Embedding(input_size, emb_size)
        self.drop = nn.Dropout(dropout)
        self.rec = (nn.LSTM if model_type == "LSTM" else nn.RNN)(emb_size, encoder_hidden_size, batch_first=True)
        self.w1 = nn.Parameter(torch.randn(encoder_hidden_size, encoder_hidden_size) * 0.1)
        self.c1 = nn.Parameter(torch.zeros(encoder_hidden_size))
        self.w2 = nn.Parameter(torch.randn(encoder_hidden_size, decoder_hidden_size) * 0.1)
        self.c2 = nn.Parameter(torch.zeros(decoder_hidden_size))

    def forward(self, input):
        out, h = self.rec(self.drop(self.embedding(input)))
        c = None
        if self.model_type == "LSTM":
            h, c = h
        h = torch.tanh(torch.relu(F.linear(h, self.w1) + self.c1) @ self.w2 + self.c2)
        return out, (h, c) if c is not None else h
