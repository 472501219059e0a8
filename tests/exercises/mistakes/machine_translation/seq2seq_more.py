"""Slips in the sequence-to-sequence classes that come in more than one form."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

ENCODER, DECODER, LOOP = (f"models/seq2seq/{name}.py" for name in ("Encoder", "Decoder", "Seq2Seq"))
BOTH = ["encoder_rnn", "encoder_lstm"]
LOOPS = ["seq2seq", "seq2seq_attention"]
HIDDEN = "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))"
LSTM = "output, (hidden, cell) = self.recurrent(embedded)"
PAIR = "return output, (hidden, cell)"
LENGTHS = "lengths = query.norm(dim=2, keepdim=True) * encoder_outputs.norm(dim=2).unsqueeze(1)"
COSINES = "cosines = products / lengths.clamp(min=1e-8)"
CONTEXT = "context = torch.bmm(weights, encoder_outputs)"
JOINED = "embedded = self.combine(torch.cat((context, embedded), dim=2))"
FIRST = "token = source[:, 0].unsqueeze(1)"
KEPT = "steps.append(log_probs)"
NEXT = "token = log_probs.argmax(dim=1, keepdim=True)"
ORDER = "Go through the layers of __init__ one by one and write down in which order forward uses them."
CELL = "Read again what happens to the cell state on its way out: which of the two Linear layers does it meet?"
COSINE = "Write the cosine of (3, 4) and (6, 8) down by hand: it is 1. What does your line make of it?"
COMPARE = "Do the example by hand and compare the three weights with those of your code."
STARTS = "Translate a sentence that begins with another word than usual, and look at what the first step gets."

MISTAKES = (
    Mistake(
        "encoder-second-linear-only",
        ENCODER,
        "The first Linear layer and the ReLU are left out; only the second Linear layer is used.",
        ORDER,
        BOTH,
        [(HIDDEN, "hidden = torch.tanh(self.linear_2(hidden))")],
    ),
    Mistake(
        "encoder-tanh-twice",
        ENCODER,
        "A tanh stands between the two Linear layers in place of the ReLU.",
        ORDER,
        BOTH,
        [(HIDDEN, "hidden = torch.tanh(self.linear_2(torch.tanh(self.linear_1(hidden))))")],
    ),
    Mistake(
        "encoder-relu-twice",
        ENCODER,
        "A ReLU follows the second Linear layer in place of the tanh.",
        ORDER,
        BOTH,
        [(HIDDEN, "hidden = torch.relu(self.linear_2(torch.relu(self.linear_1(hidden))))")],
    ),
    Mistake(
        "encoder-sigmoid-last",
        ENCODER,
        "A sigmoid follows the second Linear layer in place of the tanh.",
        ORDER,
        BOTH,
        [(HIDDEN, "hidden = torch.sigmoid(self.linear_2(torch.relu(self.linear_1(hidden))))")],
    ),
    Mistake(
        "encoder-tanh-first",
        ENCODER,
        "The hidden state goes through a tanh before the first Linear layer.",
        ORDER,
        BOTH,
        [(HIDDEN, "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(torch.tanh(hidden)))))")],
    ),
    Mistake(
        "encoder-linear-bias",
        ENCODER,
        "The second Linear layer has no bias.",
        "Print the encoder: what stands behind bias= in its two Linear layers?",
        BOTH,
        [
            (
                "nn.Linear(encoder_hidden_size, decoder_hidden_size)",
                "nn.Linear(encoder_hidden_size, decoder_hidden_size, bias=False)",
            )
        ],
    ),
    Mistake(
        "encoder-output-transformed",
        ENCODER,
        "The output goes through the first Linear layer and a tanh; only the hidden state should.",
        "Compare the output with what the recurrent layer returned: it goes out as it is.",
        BOTH,
        [(HIDDEN, f"output = torch.tanh(self.linear_1(output))\n        {HIDDEN}")],
    ),
    Mistake(
        "encoder-lstm-two-layers",
        ENCODER,
        "The LSTM has two layers instead of one.",
        "Print the encoder, and read again how many layers and directions the conventions of the notebook allow.",
        ["encoder_lstm"],
        [
            (
                "nn.LSTM(emb_size, encoder_hidden_size, batch_first=True)",
                "nn.LSTM(emb_size, encoder_hidden_size, 2, batch_first=True)",
            )
        ],
    ),
    Mistake(
        "encoder-cell-tanh",
        ENCODER,
        "The cell state goes through a tanh before it comes back.",
        CELL,
        ["encoder_lstm"],
        [(PAIR, "return output, (hidden, torch.tanh(cell))")],
    ),
    Mistake(
        "encoder-hidden-for-cell",
        ENCODER,
        "With an LSTM, the hidden state also comes back in the place of the cell state.",
        CELL,
        ["encoder_lstm"],
        [(PAIR, "return output, (hidden, hidden)")],
    ),
    Mistake(
        "encoder-cell-for-hidden",
        ENCODER,
        "With an LSTM, the cell state comes back in front of the hidden state.",
        CELL,
        ["encoder_lstm"],
        [(PAIR, "return output, (cell, hidden)")],
    ),
    Mistake(
        "encoder-old-hidden-for-cell",
        ENCODER,
        "With an LSTM, the LSTM's own hidden state comes back in the place of the cell state.",
        CELL,
        ["encoder_lstm"],
        [(LSTM, f"{LSTM}\n            cell = hidden")],
    ),
    Mistake(
        "encoder-lstm-outputs-mean",
        ENCODER,
        "With an LSTM, the hidden state is made from the mean of all outputs instead of the last state.",
        "Change the first word of a sentence that is read last to first: which of its states should move?",
        ["encoder_lstm"],
        [(LSTM, f"{LSTM}\n            hidden = output.mean(dim=1).unsqueeze(0)")],
    ),
    Mistake(
        "encoder-lstm-first-output",
        ENCODER,
        "With an LSTM, the hidden state is made from the output at the first position instead of the last state.",
        "Change only the last word of a sentence and see whether the hidden state moves.",
        ["encoder_lstm"],
        [(LSTM, f"{LSTM}\n            hidden = output[:, :1].transpose(0, 1)")],
    ),
    Mistake(
        "attention-dot-scaled",
        DECODER,
        "The dot products are divided by √H, as in a Transformer, instead of by the two lengths.",
        COSINE,
        ["attention"],
        [(COSINES, "cosines = products / encoder_outputs.shape[2] ** 0.5")],
    ),
    Mistake(
        "attention-negative",
        DECODER,
        "The cosines have the wrong sign: the least similar position gets the largest weight.",
        COMPARE,
        ["attention"],
        [(COSINES, "cosines = -products / lengths.clamp(min=1e-8)")],
    ),
    Mistake(
        "attention-absolute",
        DECODER,
        "The cosines lose their sign before the softmax.",
        COMPARE,
        ["attention"],
        [(COSINES, "cosines = (products / lengths.clamp(min=1e-8)).abs()")],
    ),
    Mistake(
        "attention-query-normal",
        DECODER,
        "The dot products are divided by the length of the hidden state only, not by those of the encoder outputs.",
        COSINE,
        ["attention"],
        [(LENGTHS, "lengths = query.norm(dim=2, keepdim=True)")],
    ),
    Mistake(
        "attention-squared-lengths",
        DECODER,
        "The dot products are divided by the squares of the lengths: a square root is missing.",
        COSINE,
        ["attention"],
        [(LENGTHS, "lengths = query.pow(2).sum(2, keepdim=True) * encoder_outputs.pow(2).sum(2).unsqueeze(1)")],
    ),
    Mistake(
        "attention-lengths-summed",
        DECODER,
        "The two lengths are added instead of multiplied.",
        COSINE,
        ["attention"],
        [(LENGTHS, LENGTHS.replace("keepdim=True) *", "keepdim=True) +"))],
    ),
    Mistake(
        "attention-absolute-lengths",
        DECODER,
        "The lengths are sums of absolute values (p=1) instead of roots of sums of squares.",
        COSINE,
        ["attention"],
        [(LENGTHS, LENGTHS.replace("norm(dim=2", "norm(p=1, dim=2"))],
    ),
    Mistake(
        "attention-one-added",
        DECODER,
        "1 is added to the lengths against a division by zero: that changes the cosines of all short vectors.",
        "A number that only keeps you from dividing by zero must be far smaller than any length that occurs.",
        ["attention"],
        [(COSINES, "cosines = products / (lengths + 1)")],
    ),
    Mistake(
        "attention-sum-normal",
        DECODER,
        "The cosines are divided by their sum in place of a softmax.",
        COMPARE,
        ["attention"],
        [("torch.softmax(cosines, dim=2)", "cosines / cosines.sum(dim=2, keepdim=True)")],
    ),
    Mistake(
        "attention-sigmoid",
        DECODER,
        "A sigmoid stands in place of the softmax, so the weights do not sum to 1.",
        COMPARE,
        ["attention"],
        [("torch.softmax(cosines, dim=2)", "torch.sigmoid(cosines)")],
    ),
    Mistake(
        "context-weighted-mean",
        DECODER,
        "The weighted sum of the encoder outputs is divided by T once more.",
        "The weights sum to 1 already. With all encoder outputs alike, what must the context be?",
        ["decoder_attention"],
        [(CONTEXT, f"{CONTEXT} / encoder_outputs.shape[1]")],
    ),
    Mistake(
        "context-embedding-added",
        DECODER,
        "The embedding is added to the result of the Linear layer that joins context and embedding.",
        "Compare your last line before the recurrent layer with the equation; count its terms.",
        ["decoder_attention"],
        [(JOINED, JOINED.replace("embedded = ", "embedded = embedded + "))],
    ),
    Mistake(
        "context-sigmoid",
        DECODER,
        "A sigmoid follows the Linear layer that joins context and embedding.",
        "Compare your last line before the recurrent layer with the equation; nothing comes between the two.",
        ["decoder_attention"],
        [(JOINED, "embedded = torch.sigmoid(self.combine(torch.cat((context, embedded), dim=2)))")],
    ),
    Mistake(
        "context-of-first",
        DECODER,
        "The context is the first encoder output, whatever the weights are.",
        "Give the weights (0, 0, 1) by hand: which encoder output must the context be?",
        ["decoder_attention"],
        [(CONTEXT, "context = encoder_outputs[:, :1] + 0 * weights.sum()")],
    ),
    Mistake(
        "context-of-last",
        DECODER,
        "The context is the last encoder output, whatever the weights are.",
        "Give the weights (1, 0, 0) by hand: which encoder output must the context be?",
        ["decoder_attention"],
        [(CONTEXT, "context = encoder_outputs[:, -1:] + 0 * weights.sum()")],
    ),
    Mistake(
        "loop-last-word",
        LOOP,
        "The decoder starts with the last word of the source instead of the first.",
        STARTS,
        LOOPS,
        [(FIRST, "token = source[:, -1].unsqueeze(1)")],
    ),
    Mistake(
        "loop-zero-start",
        LOOP,
        "The decoder starts with the id 0, whatever the source begins with.",
        STARTS,
        LOOPS,
        [(FIRST, "token = torch.zeros_like(source[:, :1])")],
    ),
    Mistake(
        "loop-pad-start",
        LOOP,
        "The decoder starts with the id 1, <pad>, whatever the source begins with.",
        STARTS,
        LOOPS,
        [(FIRST, "token = torch.ones_like(source[:, :1])")],
    ),
    Mistake(
        "loop-joined-words",
        LOOP,
        "The steps are joined along the words, (N, T·V), instead of along a dimension of their own.",
        "Write down the shapes of one step and of the result, and which dimension is new.",
        LOOPS,
        [("torch.stack(steps, dim=1)", "torch.cat(steps, dim=1)")],
    ),
    Mistake(
        "loop-joined-sentences",
        LOOP,
        "The steps are joined along the sentences, (T·N, V), instead of along a dimension of their own.",
        "Write down the shapes of one step and of the result, and which dimension is new.",
        LOOPS,
        [("torch.stack(steps, dim=1)", "torch.cat(steps, dim=0)")],
    ),
    Mistake(
        "loop-first-zero",
        LOOP,
        "The first position of the result stays zero: what the first step says is thrown away.",
        "The first prediction already belongs to position 0; <sos> is only what the decoder reads.",
        LOOPS,
        [(KEPT, "steps.append(log_probs if steps else torch.zeros_like(log_probs))")],
    ),
    Mistake(
        "loop-second-best",
        LOOP,
        "The second most likely word goes into the next step instead of the most likely one.",
        "Take the scores (0, 3, 1) of one sentence and say which id your line hands on.",
        LOOPS,
        [(NEXT, "token = log_probs.topk(2, dim=1).indices[:, 1:]")],
    ),
)
