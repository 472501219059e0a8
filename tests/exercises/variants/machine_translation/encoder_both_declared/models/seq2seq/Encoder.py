# nn.RNN and nn.LSTM are both declared, time first inside.

import torch
import torch.nn as nn
import torch.nn.functional as F


class Encoder(nn.Module):
    def __init__(self, input_size, emb_size, encoder_hidden_size, decoder_hidden_size, dropout=0.2, model_type="RNN"):
        super().__init__()
        self.input_size = input_size
        self.emb_size = emb_size
        self.encoder_hidden_size = encoder_hidden_size
        self.decoder_hidden_size = decoder_hidden_size
        self.model_type = model_type
        self.embedding = nn.Embedding(input_size, emb_size)
        self.lstm = nn.LSTM(emb_size, encoder_hidden_size)
        self.rnn = nn.RNN(emb_size, encoder_hidden_size)
        self.linear2 = nn.Linear(encoder_hidden_size, decoder_hidden_size)
        self.linear1 = nn.Linear(encoder_hidden_size, encoder_hidden_size)
        self.p = dropout

    def forward(self, input):
        x = F.dropout(self.embedding(input), self.p, training=self.training).permute(1, 0, 2)
        if self.model_type == "RNN":
            out, h = self.rnn(x)
        else:
            out, (h, c) = self.lstm(x)
        h = torch.tanh(self.linear2(F.relu(self.linear1(h))))
        return [out.transpose(0, 1), h if self.model_type == "RNN" else [h, c]]
