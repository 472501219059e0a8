# Other attribute names; keyword arguments; cat; topk.

import torch
import torch.nn as nn


class Seq2Seq(nn.Module):
    def __init__(self, encoder, decoder, device):
        super().__init__()
        self.enc, self.dec, self.where = encoder, decoder, device

    def forward(self, source):
        source = source.to(self.where)
        enc_out, state = self.enc(input=source)
        word, steps = source[:, :1], []
        while len(steps) < source.size(1):
            if self.dec.attention:
                scores, state = self.dec(input=word, hidden=state, encoder_outputs=enc_out)
            else:
                scores, state = self.dec(input=word, hidden=state)
            steps += [scores.unsqueeze(1)]
            word = scores.topk(1).indices
        return torch.cat(steps, 1)
