# Cells and raw output parameters.

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
        self.embedding = nn.Embedding(output_size, emb_size)
        self.dropout = nn.Dropout(dropout)
        self.cell = (
            nn.LSTMCell(emb_size, decoder_hidden_size)
            if model_type == "LSTM"
            else nn.RNNCell(emb_size, decoder_hidden_size)
        )
        self.wo = nn.Parameter(torch.randn(decoder_hidden_size, output_size))
        self.bo = nn.Parameter(torch.randn(output_size))
        if attention:
            self.wc = nn.Parameter(torch.randn(encoder_hidden_size + emb_size, emb_size))
            self.bc = nn.Parameter(torch.randn(emb_size))

    def compute_attention(self, hidden, encoder_outputs):
        return F.cosine_similarity(hidden.permute(1, 0, 2), encoder_outputs, dim=-1).softmax(-1).unsqueeze(1)

    def forward(self, input, hidden, encoder_outputs=None):
        x = self.dropout(self.embedding(input[:, 0]))
        if self.attention:
            h = hidden[0] if self.model_type == "LSTM" else hidden
            context = (self.compute_attention(h, encoder_outputs) @ encoder_outputs)[:, 0]
            x = torch.cat((context, x), 1) @ self.wc + self.bc
        if self.model_type == "LSTM":
            h, c = self.cell(x, (hidden[0][0], hidden[1][0]))
            return torch.log(torch.softmax(h @ self.wo + self.bo, 1)), (h.unsqueeze(0), c.unsqueeze(0))
        h = self.cell(x, hidden[0])
        return torch.log(torch.softmax(h @ self.wo + self.bo, 1)), h.unsqueeze(0)
