# An epsilon of 1e-5 stands under the roots of the cosine.

import torch
import torch.nn.functional as F
from torch import nn


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
        self.table = nn.Embedding(output_size, emb_size)
        self.drop = nn.Dropout(dropout)
        kind = nn.RNN if model_type == "RNN" else nn.LSTM
        self.rnn = kind(emb_size, decoder_hidden_size, batch_first=True)
        self.fc_out = nn.Linear(decoder_hidden_size, output_size)
        if attention:
            self.fc_mix = nn.Linear(encoder_hidden_size + emb_size, emb_size)

    def compute_attention(self, hidden, encoder_outputs):
        query = hidden[0].unsqueeze(2)  # (N, H, 1)
        products = torch.bmm(encoder_outputs, query).squeeze(2)  # (N, T)
        squares = ((encoder_outputs**2).sum(2) + 1e-5) * ((query**2).sum(1) + 1e-5)
        cosines = products * squares.rsqrt()
        return torch.softmax(cosines, dim=1).unsqueeze(1)

    def forward(self, input, hidden, encoder_outputs=None):
        read = self.drop(self.table(input))
        if self.attention:
            top = hidden[0] if isinstance(hidden, tuple) else hidden
            context = torch.bmm(self.compute_attention(top, encoder_outputs), encoder_outputs)
            read = self.fc_mix(torch.cat([context, read], dim=-1))
        output, hidden = self.rnn(read, hidden)
        return F.log_softmax(self.fc_out(output[:, -1]), dim=-1), hidden
