# F.normalize first, then a batched product; Sequential output layer.

import torch
import torch.nn as nn
import torch.nn.functional as F


class Decoder(nn.Module):
    def __init__(
        self,
        emb_size,
        encoder_hidden_size,
        decoder_hidden_size,
        output_size,
        dropout=0.2,
        model_type="RNN",
        attention=False,
    ):
        super().__init__()
        self.emb_size, self.output_size = emb_size, output_size
        self.encoder_hidden_size, self.decoder_hidden_size = encoder_hidden_size, decoder_hidden_size
        self.model_type, self.attention = model_type, attention
        self.recurrent = (
            nn.RNN(emb_size, decoder_hidden_size, batch_first=True)
            if model_type == "RNN"
            else nn.LSTM(emb_size, decoder_hidden_size, batch_first=True)
        )
        self.output = nn.Sequential(nn.Linear(decoder_hidden_size, output_size), nn.LogSoftmax(dim=-1))
        self.words = nn.Sequential(nn.Embedding(output_size, emb_size), nn.Dropout(dropout))
        if attention:
            self.mix = nn.Linear(emb_size + encoder_hidden_size, emb_size)

    def compute_attention(self, hidden, encoder_outputs):
        a = F.normalize(hidden, dim=2).transpose(0, 1)
        b = F.normalize(encoder_outputs, dim=2).transpose(1, 2)
        return torch.softmax(torch.bmm(a, b), -1)

    def forward(self, input, hidden, encoder_outputs=None):
        embedded = self.words(input)
        if self.attention:
            query = hidden if self.model_type == "RNN" else hidden[0]
            attn = self.compute_attention(hidden=query, encoder_outputs=encoder_outputs)
            context = torch.einsum("nqt,nth->nqh", attn, encoder_outputs)
            embedded = self.mix(torch.cat((context, embedded), dim=2))
        y, hidden = self.recurrent(embedded, hidden)
        return self.output(y[:, 0]), hidden
