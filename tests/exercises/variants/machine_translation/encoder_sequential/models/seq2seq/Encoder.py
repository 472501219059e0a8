# nn.Sequential for the two Linear layers; other names and order.

import torch.nn as nn


class Encoder(nn.Module):
    def __init__(self, input_size, emb_size, encoder_hidden_size, decoder_hidden_size, dropout=0.2, model_type="RNN"):
        super().__init__()
        self.model_type = model_type
        self.dropout = nn.Dropout(p=dropout)
        self.fc = nn.Sequential(
            nn.Linear(encoder_hidden_size, encoder_hidden_size),
            nn.ReLU(),
            nn.Linear(encoder_hidden_size, decoder_hidden_size),
            nn.Tanh(),
        )
        self.rnn = getattr(nn, model_type)(emb_size, encoder_hidden_size, batch_first=True)
        self.embed1 = nn.Embedding(input_size, emb_size)

    def forward(self, input):
        output, state = self.rnn(self.dropout(self.embed1(input)))
        if self.model_type == "LSTM":
            return output, (self.fc(state[0]), state[1])
        return output, self.fc(state)
