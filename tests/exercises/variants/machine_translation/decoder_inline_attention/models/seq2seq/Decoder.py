# forward computes the cosine attention in place.

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
        self.recurrent = (nn.LSTM if model_type == "LSTM" else nn.RNN)(emb_size, decoder_hidden_size, batch_first=True)
        self.attn = nn.Linear(encoder_hidden_size + emb_size, emb_size)
        self.out = nn.Linear(decoder_hidden_size, output_size)

    def compute_attention(self, hidden, encoder_outputs):
        return F.cosine_similarity(hidden.permute(1, 0, 2), encoder_outputs, dim=-1).softmax(-1).unsqueeze(1)

    def forward(self, input, hidden, encoder_outputs=None):
        x = self.dropout(self.embedding(input))
        if self.attention:
            h = hidden[0] if isinstance(hidden, tuple) else hidden
            w = F.cosine_similarity(h.transpose(0, 1), encoder_outputs, dim=2).softmax(1)
            x = self.attn(torch.cat([(w[..., None] * encoder_outputs).sum(1, keepdim=True), x], 2))
        out, hidden = self.recurrent(x, hidden)
        return F.log_softmax(self.out(out[:, -1]), dim=1), hidden
