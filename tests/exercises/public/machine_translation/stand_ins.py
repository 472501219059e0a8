"""Small modules that stand in for parts of a model, so that each step is judged by itself.

They run beside the student's classes and hold no secret. All numbers come in as data. Sizes as everywhere: N
sentences, T source words, V target words; encoder outputs have size H_e, the decoder's state has size H_d.
"""

import torch
from torch import nn


class SumEncoder(nn.Module):
    """Counts instead of reading: its output is each word's id, its hidden state a tenth of the ids' sum.

    With "LSTM" the cell is twice the hidden state.
    """

    def __init__(self, words, model_type="RNN"):
        super().__init__()
        self.input_size, self.emb_size, self.dropout = words, 1, 0.0
        self.encoder_hidden_size = self.decoder_hidden_size = 1
        self.model_type = model_type

    def forward(self, input):
        """(N, T) ids to (N, T, 1) and the hidden state (1, N, 1)."""
        output = input.to(torch.float32).unsqueeze(2)
        hidden = output.sum(1).unsqueeze(0) / 10
        return output, (hidden, 2 * hidden) if self.model_type == "LSTM" else hidden


class TableDecoder(nn.Module):
    """Looks the next word up in a table, and counts its own steps in its hidden state.

    The next word's score is 3 + hidden state, all other scores are 0. Each step adds 1 to the hidden state and
    takes 2 from the cell. With "LSTM" the score also gets the cell, with attention the mean of the encoder's outputs.
    """

    def __init__(self, following, model_type="RNN", attention=False):
        super().__init__()
        self.register_buffer("following", following)
        self.output_size, self.emb_size, self.dropout = len(following), 1, 0.0
        self.encoder_hidden_size = self.decoder_hidden_size = 1
        self.model_type, self.attention = model_type, attention

    def forward(self, input, hidden, encoder_outputs=None):
        """(N, 1) ids and a state to log-probabilities (N, V) and the new state."""
        h, c = check_call(self, input, hidden, encoder_outputs)
        strength = 3 + h[0] + c[0]
        if self.attention:
            strength = strength + encoder_outputs.mean(1)
        winner = nn.functional.one_hot(self.following[input[:, 0]], self.output_size)
        log_probs = torch.log_softmax(winner * strength, 1)
        return log_probs, (h + 1, c - 2) if self.model_type == "LSTM" else h + 1


class RecurrentEncoder(nn.Module):
    """A small recurrent encoder. Its weights: table (S, E), enter (E, H_e), keep (H_e, H_e), bridge (H_e, H_d).

    In training mode it reads words at half their strength: a loop must leave the mode as it is.
    """

    def __init__(self, weights, model_type="RNN"):
        super().__init__()
        self.encoder_table = nn.Parameter(weights["table"].clone())
        self.encoder_enter = nn.Parameter(weights["enter"].clone())
        self.encoder_keep = nn.Parameter(weights["keep"].clone())
        self.encoder_bridge = nn.Parameter(weights["bridge"].clone())
        self.input_size, self.emb_size = weights["table"].shape
        self.encoder_hidden_size, self.decoder_hidden_size = weights["bridge"].shape
        self.model_type, self.dropout = model_type, 0.0

    def forward(self, input):
        """(N, T) ids to the outputs (N, T, H_e) and a state of size H_d."""
        state = self.encoder_keep.new_zeros(input.shape[0], self.encoder_hidden_size)
        outputs = []
        for position in range(input.shape[1]):
            entering = self.encoder_table[input[:, position]] @ self.encoder_enter / (1 + self.training)
            state = torch.tanh(entering + state @ self.encoder_keep)
            outputs.append(state)
        final = (state @ self.encoder_bridge).unsqueeze(0)
        hidden = torch.tanh(final)
        return torch.stack(outputs, 1), (hidden, 0.5 - final) if self.model_type == "LSTM" else hidden


class RecurrentDecoder(nn.Module):
    """A small recurrent decoder, one step a call.

    Its weights: table (V, E), enter (E, H_d), keep (H_d, H_d), score (H_d, V), and look (H_e, H_d) for attention.
    In training mode it reads words at half their strength, as the encoder does.
    """

    def __init__(self, weights, model_type="RNN", attention=False):
        super().__init__()
        self.decoder_table = nn.Parameter(weights["table"].clone())
        self.decoder_enter = nn.Parameter(weights["enter"].clone())
        self.decoder_keep = nn.Parameter(weights["keep"].clone())
        self.decoder_score = nn.Parameter(weights["score"].clone())
        self.decoder_look = nn.Parameter(weights["look"].clone())
        self.output_size, self.emb_size = weights["table"].shape
        self.encoder_hidden_size, self.decoder_hidden_size = weights["look"].shape
        self.model_type, self.attention, self.dropout = model_type, attention, 0.0

    def compute_attention(self, hidden, encoder_outputs):
        """Some weights of the positions, (N, 1, T)."""
        query = hidden.transpose(0, 1) @ self.decoder_look.t()
        return torch.softmax(2 * query @ encoder_outputs.transpose(1, 2), 2)

    def forward(self, input, hidden, encoder_outputs=None):
        """(N, 1) ids and a state to log-probabilities (N, V) and the new state."""
        h, c = check_call(self, input, hidden, encoder_outputs)
        change = self.decoder_table[input[:, 0]] @ self.decoder_enter / (1 + self.training) + h[0] @ self.decoder_keep
        if self.attention:
            context = (self.compute_attention(h, encoder_outputs) @ encoder_outputs)[:, 0]
            change = change + context @ self.decoder_look
        c = (0.5 * c[0] + change).unsqueeze(0)
        h = torch.tanh(c)
        log_probs = torch.log_softmax(h[0] @ self.decoder_score, 1)
        return log_probs, (h, c) if self.model_type == "LSTM" else h


def check_call(decoder, input, hidden, encoder_outputs):
    """Complain about a call that a real decoder could not work with; return hidden state and cell (or zeros)."""
    if input.dim() != 2 or input.shape[1] != 1:
        raise ValueError(f"the decoder's input has the shape {tuple(input.shape)} and should have (N, 1)")
    pair = isinstance(hidden, (tuple, list))
    if pair != (decoder.model_type == "LSTM"):
        raise ValueError("the decoder's state should be the pair (hidden, cell) with LSTM, and one tensor with RNN")
    h, c = hidden if pair else (hidden, torch.zeros_like(hidden))
    wanted = (1, input.shape[0], decoder.decoder_hidden_size)
    for state in (h, c):
        if tuple(state.shape) != wanted:
            raise ValueError(f"the decoder's state has the shape {tuple(state.shape)} and should have {wanted}")
    if decoder.attention and encoder_outputs is None:
        raise ValueError("a decoder with attention needs encoder_outputs")
    return h, c


class FixedWeights(nn.Module):
    """Answers in place of compute_attention with given weights (N, 1, T), whatever it is asked."""

    def __init__(self, weights):
        super().__init__()
        self.weights = weights

    def forward(self, hidden, encoder_outputs):
        """The given weights."""
        return self.weights


class BilinearWeights(nn.Module):
    """Answers in place of compute_attention with weights (N, 1, T) that no cosine gives: softmax of h · M · outputs."""

    def __init__(self, matrix):
        super().__init__()
        self.matrix = matrix

    def forward(self, hidden, encoder_outputs):
        """Weights that depend on both arguments."""
        if isinstance(hidden, (tuple, list)):
            hidden = hidden[0]
        query = hidden.reshape(encoder_outputs.shape[0], 1, -1)
        return torch.softmax(query @ self.matrix @ encoder_outputs.transpose(1, 2), 2)


class TableStage(nn.Module):
    """Answers in place of `embed`: each id becomes a row of a table."""

    def __init__(self, table):
        super().__init__()
        self.table = nn.Parameter(table.clone())

    def forward(self, inputs):
        """(N, T) ids to (N, T, H)."""
        if inputs.dim() != 2 or inputs.is_floating_point():
            raise ValueError(f"embed got the shape {tuple(inputs.shape)} and should get ids (N, T)")
        return nn.functional.embedding(inputs, self.table)


class TanhStage(nn.Module):
    """Answers in place of one of the later stages: tanh(x·weight + bias). The argument may have any name."""

    def __init__(self, weight, bias):
        super().__init__()
        self.weight, self.bias = nn.Parameter(weight.clone()), nn.Parameter(bias.clone())

    def forward(self, *args, **kwargs):
        """(N, T, size) to (N, T, another size)."""
        (x,) = (*args, *kwargs.values())
        return torch.tanh(x @ self.weight + self.bias)


class Staged(nn.Module):
    """A translator together with the stand-ins that answer in place of its stages, so that all gradients are seen."""

    def __init__(self, translator, *stages):
        super().__init__()
        self.translator, self.stages = translator, nn.ModuleList(stages)

    def forward(self, inputs):
        """What the translator returns."""
        return self.translator(inputs)


class ChainForward(nn.Module):
    """Answers in place of a translator's forward: each word has one successor.

    It reads the target as a real forward does: shifted by a start token, unless all rows begin with two of them.
    The first prediction is always the start token, the second one the successor of the source's last word, and from
    then on the successor of the word before. The winner's score is a tenth of the source's sum, plus the mean
    of the shifted target words read so far; all other scores are 0.
    """

    def __init__(self, following, start=2):
        super().__init__()
        self.following, self.start = following, start

    def forward(self, src, tgt):
        """(N, T) and (N, T') ids to scores (N, T', V)."""
        shifted = shift(src, tgt, self.start)
        winner = self.following[shifted]
        winner[:, :1] = self.start
        winner[:, 1:2] = self.following[src[:, -1:]]
        count = torch.arange(1, tgt.shape[1] + 1, device=tgt.device)
        strength = src.sum(1, keepdim=True) / 10 + shifted.cumsum(1) / count
        return nn.functional.one_hot(winner, len(self.following)) * strength.unsqueeze(2)


class RecurrentForward(nn.Module):
    """Answers in place of a translator's forward: a small recurrent network over the shifted target.

    Its weights: source (S, H), table (V, H), keep (H, H), score (H, V). The start token is its first prediction.
    """

    def __init__(self, weights, start=2):
        super().__init__()
        self.weights, self.start = weights, start

    def forward(self, src, tgt):
        """(N, T) and (N, T') ids to scores (N, T', V)."""
        words = nn.functional.embedding(shift(src, tgt, self.start), self.weights["table"])
        far = 1 / torch.arange(1.0, src.shape[1] + 1, device=src.device)
        context = (nn.functional.embedding(src, self.weights["source"]) * far[:, None]).sum(1)
        state, states = torch.zeros_like(context), []
        for position in range(tgt.shape[1]):
            state = torch.tanh(words[:, position] + context + state @ self.weights["keep"])
            states.append(state)
        scores = torch.stack(states, 1) @ self.weights["score"]
        scores[:, 0, self.start] += 50
        return scores


def shift(src, tgt, start):
    """The target as a translator's forward reads it. Complain about ids that no forward could work with."""
    for name, ids in (("src", src), ("tgt", tgt)):
        if ids.dim() != 2 or ids.is_floating_point():
            raise ValueError(f"{name} has the shape {tuple(ids.shape)} and should be ids (N, T)")
    if src.shape[0] != tgt.shape[0]:
        raise ValueError(f"src has {src.shape[0]} rows, tgt {tgt.shape[0]}: both should have N")
    if tgt.shape[1] > 1 and bool((tgt[:, :2] == start).all()):
        return tgt
    return torch.cat([torch.full_like(tgt[:, :1], start), tgt[:, :-1]], 1)
