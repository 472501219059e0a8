# A tensor of zeros is filled; encoder outputs are always passed.

import torch
import torch.nn as nn


class Seq2Seq(nn.Module):
    def __init__(self, encoder, decoder, device):
        super().__init__()
        self.device = device
        self.encoder = encoder.to(device)
        self.decoder = decoder.to(device)

    def forward(self, source):
        batch_size, seq_len = source.shape
        outputs = torch.zeros(batch_size, seq_len, self.decoder.output_size, device=self.device)
        encoder_outputs, hidden = self.encoder(source)
        input = source[:, 0].unsqueeze(1)
        for t in range(seq_len):
            output, hidden = self.decoder(input, hidden, encoder_outputs)
            outputs[:, t, :] = output
            input = output.max(1)[1].unsqueeze(1)
        return outputs
