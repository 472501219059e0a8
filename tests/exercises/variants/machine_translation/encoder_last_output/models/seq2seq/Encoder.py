# The hidden state is taken from the last output; zero states by hand.

import torch
import torch.nn as nn


class Encoder(nn.Module):
    def __init__(self, input_size, emb_size, encoder_hidden_size, decoder_hidden_size, dropout=0.2, model_type="RNN"):
        super().__init__()
        self.model_type, self.hidden = model_type, encoder_hidden_size
        self.word_vectors = nn.Embedding(input_size, emb_size, padding_idx=None)
        self.dropout = nn.Dropout(dropout)
        if model_type == "RNN":
            self.recurrent = nn.RNN(emb_size, encoder_hidden_size, num_layers=1, batch_first=True)
        elif model_type == "LSTM":
            self.recurrent = nn.LSTM(emb_size, encoder_hidden_size, num_layers=1, batch_first=True)
        self.relu, self.tanh = nn.ReLU(inplace=True), nn.Tanh()
        self.linear = nn.ModuleList(
            [nn.Linear(encoder_hidden_size, encoder_hidden_size), nn.Linear(encoder_hidden_size, decoder_hidden_size)]
        )

    def forward(self, input):
        zero = torch.zeros(1, input.size(0), self.hidden, device=input.device)
        emb = self.dropout(self.word_vectors(input))
        output, state = self.recurrent(emb, zero if self.model_type == "RNN" else (zero, zero.clone()))
        hidden = self.tanh(self.linear[1](self.relu(self.linear[0](output[:, -1, :])))).unsqueeze(0)
        return output, hidden if self.model_type == "RNN" else (hidden, state[1])
