# models/Transformer.py
import math

import torch
from torch import nn


class TransformerTranslator(nn.Module):
    def __init__(
        self,
        input_size,
        output_size,
        device,
        hidden_dim=128,
        num_heads=2,
        dim_feedforward=2048,
        dim_k=96,
        dim_v=96,
        dim_q=96,
        max_length=43,
    ):
        super().__init__()
        assert hidden_dim % num_heads == 0
        self.input_size = input_size
        self.output_size = output_size
        self.device = device
        self.hidden_dim = hidden_dim
        self.num_heads = num_heads
        self.dim_feedforward = dim_feedforward
        self.dim_k = dim_k
        self.dim_v = dim_v
        self.dim_q = dim_q
        self.max_length = max_length
        self.word_embedding = nn.Embedding(input_size, hidden_dim)
        self.position_embedding = nn.Embedding(max_length, hidden_dim)
        self.k1 = nn.Linear(hidden_dim, dim_k)
        self.v1 = nn.Linear(hidden_dim, dim_v)
        self.q1 = nn.Linear(hidden_dim, dim_q)
        self.k2 = nn.Linear(hidden_dim, dim_k)
        self.v2 = nn.Linear(hidden_dim, dim_v)
        self.q2 = nn.Linear(hidden_dim, dim_q)
        self.softmax = nn.Softmax(dim=2)
        self.attention_head_projection = nn.Linear(dim_v * 2, hidden_dim)
        self.norm_mh = nn.LayerNorm(hidden_dim)
        self.linear_1 = nn.Linear(hidden_dim, dim_feedforward)
        self.linear_2 = nn.Linear(dim_feedforward, hidden_dim)
        self.norm_ff = nn.LayerNorm(hidden_dim)
        self.final = nn.Linear(hidden_dim, output_size)

    def forward(self, inputs):
        embedded = self.embed(inputs)
        attended = self.multi_head_attention(embedded)
        transformed = self.feedforward_layer(attended)
        return self.final_layer(transformed)

    def embed(self, inputs):
        positions = torch.arange(inputs.shape[1], device=inputs.device)
        return self.word_embedding(inputs) + self.position_embedding(positions)

    def multi_head_attention(self, x):
        heads = []
        for key, query, value in ((self.k1, self.q1, self.v1), (self.k2, self.q2, self.v2)):
            scores = query(x) @ key(x).transpose(1, 2) / math.sqrt(self.dim_k)
            heads.append(self.softmax(scores) @ value(x))
        projected = self.attention_head_projection(torch.cat(heads, dim=2))
        return self.norm_mh(x + projected)

    def feedforward_layer(self, x):
        hidden = torch.relu(self.linear_1(x))
        return self.norm_ff(x + self.linear_2(hidden))

    def final_layer(self, x):
        return self.final(x)


class FullTransformerTranslator(nn.Module):
    def __init__(
        self,
        input_size,
        output_size,
        device,
        hidden_dim=128,
        num_heads=2,
        dim_feedforward=2048,
        num_layers_enc=2,
        num_layers_dec=2,
        dropout=0.2,
        max_length=43,
        ignore_index=1,
    ):
        super().__init__()
        assert hidden_dim % num_heads == 0
        self.input_size = input_size
        self.output_size = output_size
        self.device = device
        self.hidden_dim = hidden_dim
        self.num_heads = num_heads
        self.dim_feedforward = dim_feedforward
        self.num_layers_enc = num_layers_enc
        self.num_layers_dec = num_layers_dec
        self.dropout = dropout
        self.max_length = max_length
        self.ignore_index = ignore_index
        self.pad_idx = ignore_index
        self.transformer = nn.Transformer(
            d_model=hidden_dim,
            nhead=num_heads,
            num_encoder_layers=num_layers_enc,
            num_decoder_layers=num_layers_dec,
            dim_feedforward=dim_feedforward,
            dropout=dropout,
            batch_first=True,
        )
        self.srcembeddingL = nn.Embedding(input_size, hidden_dim)
        self.tgtembeddingL = nn.Embedding(output_size, hidden_dim)
        self.srcposembeddingL = nn.Embedding(max_length, hidden_dim)
        self.tgtposembeddingL = nn.Embedding(max_length, hidden_dim)
        self.final = nn.Linear(hidden_dim, output_size)

    def forward(self, src, tgt):
        tgt = self.add_start_token(tgt)
        src_positions = torch.arange(src.shape[1], device=src.device)
        tgt_positions = torch.arange(tgt.shape[1], device=tgt.device)
        src_embedded = self.srcembeddingL(src) + self.srcposembeddingL(src_positions)
        tgt_embedded = self.tgtembeddingL(tgt) + self.tgtposembeddingL(tgt_positions)
        length = tgt.shape[1]
        causal = torch.triu(torch.ones(length, length, dtype=torch.bool, device=tgt.device), diagonal=1)
        padding = tgt == self.pad_idx
        out = self.transformer(src_embedded, tgt_embedded, tgt_mask=causal, tgt_key_padding_mask=padding)
        return self.final(out)

    def generate_translation(self, src):
        # What stands behind the words that were written is never read: zeros are as good as <pad> there.
        rows, steps = src.shape
        tgt = src.new_zeros(rows, steps)
        tgt[:, 0] = src[:, 0]
        outputs = torch.empty(rows, steps, self.output_size, device=src.device)
        for t in range(steps):
            outputs[:, t] = self(src, tgt)[:, t]
            tgt[:, t + 1 : t + 2] = outputs[:, t].argmax(1, keepdim=True)
        return outputs

    def add_start_token(self, batch_sequences, start_token=2):
        if bool((batch_sequences[:, :2] == start_token).all()) and batch_sequences.shape[1] > 1:
            return batch_sequences
        shifted = torch.roll(batch_sequences, 1, dims=1)
        shifted[:, 0] = start_token
        return shifted
