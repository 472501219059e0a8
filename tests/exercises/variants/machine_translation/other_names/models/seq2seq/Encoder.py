"""A right Encoder with other names, both recurrent layers declared, and an nn.Sequential after them."""

from torch import nn


class Encoder(nn.Module):
    def __init__(self, input_size, emb_size, encoder_hidden_size, decoder_hidden_size, dropout=0.2, model_type="RNN"):
        super().__init__()
        self.model_type = model_type
        self.bridge = nn.Sequential(
            nn.Linear(encoder_hidden_size, encoder_hidden_size),
            nn.ReLU(),
            nn.Linear(encoder_hidden_size, decoder_hidden_size),
            nn.Tanh(),
        )
        self.reader = nn.RNN(emb_size, encoder_hidden_size, batch_first=True)
        self.memory_reader = nn.LSTM(emb_size, encoder_hidden_size, batch_first=True)
        self.words = nn.Sequential(nn.Embedding(input_size, emb_size), nn.Dropout(dropout))

    def forward(self, input):
        vectors = self.words(input)
        if self.model_type == "RNN":
            output, last = self.reader(vectors)
            return output, self.bridge(last)
        output, (last, cell) = self.memory_reader(vectors)
        return output, (self.bridge(last), cell)
