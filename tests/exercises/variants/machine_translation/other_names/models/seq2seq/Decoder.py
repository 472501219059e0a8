"""A right Decoder with other names and PyTorch's own cosine similarity."""

import torch
from torch import nn
from torch.nn import functional as F


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
        self.output_size, self.attention, self.model_type = output_size, attention, model_type
        self.to_words = nn.Sequential(nn.Linear(decoder_hidden_size, output_size), nn.LogSoftmax(dim=-1))
        self.mix = nn.Linear(encoder_hidden_size + emb_size, emb_size)
        layer = {"RNN": nn.RNN, "LSTM": nn.LSTM}[model_type]
        self.cell = layer(emb_size, decoder_hidden_size, batch_first=True)
        self.drop = nn.Dropout(dropout)
        self.lookup = nn.Embedding(output_size, emb_size)

    def compute_attention(self, hidden, encoder_outputs):
        scores = F.cosine_similarity(hidden.permute(1, 0, 2), encoder_outputs, dim=-1)
        return scores.softmax(dim=-1).unsqueeze(1)

    def forward(self, input, hidden, encoder_outputs=None):
        vector = self.drop(self.lookup(input))
        if self.attention:
            query = hidden[0] if isinstance(hidden, tuple) else hidden
            context = self.compute_attention(query, encoder_outputs) @ encoder_outputs
            vector = self.mix(torch.cat([context, vector], dim=-1))
        output, hidden = self.cell(vector, hidden)
        return self.to_words(output[:, 0]), hidden
