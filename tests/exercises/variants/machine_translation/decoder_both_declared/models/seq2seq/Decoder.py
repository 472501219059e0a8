# Both recurrent layers are declared; scores from the state; functional dropout.

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
        self.lstm = nn.LSTM(emb_size, decoder_hidden_size)
        self.rnn = nn.RNN(emb_size, decoder_hidden_size)
        self.p = dropout
        self.fc2 = nn.Linear(decoder_hidden_size, output_size)
        self.fc1 = nn.Linear(encoder_hidden_size + emb_size, emb_size)
        self.embed = nn.Embedding(output_size, emb_size)

    def compute_attention(self, hidden, encoder_outputs):
        sims = []
        for t in range(encoder_outputs.shape[1]):
            sims.append(torch.cosine_similarity(hidden[0], encoder_outputs[:, t], dim=1))
        return torch.stack(sims, 1).exp().unsqueeze(1) / torch.stack(sims, 1).exp().sum(1)[:, None, None]

    def forward(self, input, hidden, encoder_outputs=None):
        e = F.dropout(self.embed(input), self.p, self.training)
        if self.attention:
            if self.model_type == "RNN":
                a = self.compute_attention(hidden, encoder_outputs)
            else:
                a = self.compute_attention(hidden[0], encoder_outputs)
            e = self.fc1(torch.cat((torch.matmul(a, encoder_outputs), e), dim=2))
        e = e.transpose(0, 1)
        if self.model_type == "RNN":
            _, hidden = self.rnn(e, hidden)
            h = hidden
        else:
            _, (h, c) = self.lstm(e, (hidden[0], hidden[1]))
            hidden = (h, c)
        z = self.fc2(h[0])
        return z - torch.logsumexp(z, 1, keepdim=True), hidden
