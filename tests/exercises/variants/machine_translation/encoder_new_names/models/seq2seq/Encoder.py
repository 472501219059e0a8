# Each object's layers have names of their own: what one is made of says nothing of the next.

import torch.nn as nn


class Encoder(nn.Module):
    made = 0

    def __init__(self, input_size, emb_size, encoder_hidden_size, decoder_hidden_size, dropout=0.2, model_type="RNN"):
        super().__init__()
        self.model_type = model_type
        Encoder.made += 1
        self.number = Encoder.made
        layers = {
            "words": nn.Embedding(input_size, emb_size),
            "reader": getattr(nn, model_type)(emb_size, encoder_hidden_size, batch_first=True),
            "first": nn.Linear(encoder_hidden_size, encoder_hidden_size),
            "second": nn.Linear(encoder_hidden_size, decoder_hidden_size),
        }
        self.layers = nn.ModuleDict({f"{name}{self.number}": layer for name, layer in layers.items()})
        self.drop = nn.Dropout(dropout)

    def layer(self, name):
        return self.layers[f"{name}{self.number}"]

    def forward(self, input):
        output, state = self.layer("reader")(self.drop(self.layer("words")(input)))
        hidden = state[0] if self.model_type == "LSTM" else state
        hidden = self.layer("second")(self.layer("first")(hidden).relu()).tanh()
        return output, (hidden, state[1]) if self.model_type == "LSTM" else hidden
