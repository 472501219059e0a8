# RNNCell and LSTMCell in a loop; first Linear by hand.

import torch
import torch.nn as nn


class Encoder(nn.Module):
    def __init__(self, input_size, emb_size, encoder_hidden_size, decoder_hidden_size, dropout=0.2, model_type="RNN"):
        super().__init__()
        self.model_type = model_type
        self.size = encoder_hidden_size
        self.embedding = nn.Embedding(input_size, emb_size)
        self.drop = nn.Dropout(dropout)
        self.cell = (
            nn.LSTMCell(emb_size, encoder_hidden_size)
            if model_type == "LSTM"
            else nn.RNNCell(emb_size, encoder_hidden_size)
        )
        self.one = nn.Linear(encoder_hidden_size, encoder_hidden_size)
        self.two = nn.Linear(encoder_hidden_size, decoder_hidden_size)

    def forward(self, input):
        x = self.drop(self.embedding(input))
        state = None
        outs = []
        for t in range(x.size(1)):
            state = self.cell(x[:, t], state)
            outs.append(state[0] if self.model_type == "LSTM" else state)
        h = outs[-1].unsqueeze(0)
        h = torch.tanh(self.two(self.one(h).clamp(min=0)))
        return torch.stack(outs, 1), ((h, state[1].unsqueeze(0)) if self.model_type == "LSTM" else h)
