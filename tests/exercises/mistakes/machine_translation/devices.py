"""Tensors that are made on the CPU, whatever device the input is on."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

LSTM, TRANSFORMER = "models/naive/LSTM.py", "models/Transformer.py"
ENCODER, SEQ2SEQ = "models/seq2seq/Encoder.py", "models/seq2seq/Seq2Seq.py"
MASK = "everything = torch.ones(length, length, dtype=torch.bool, device=tgt.device)"

MISTAKES = (
    Mistake(
        "lstm-device-ignored",
        LSTM,
        "The start states are made on the CPU, wherever the input is.",
        "On a GPU, the first sum with x fails. Which device does torch.zeros use if you name none?",
        ["lstm_forward"],
        [
            (
                "torch.zeros(batch_size, self.hidden_size, dtype=x.dtype, device=x.device)",
                "torch.zeros(batch_size, self.hidden_size)",
            )
        ],
    ),
    Mistake(
        "encoder-start-device",
        ENCODER,
        "The RNN starts from zeros of your own, which are on the CPU, wherever the input is.",
        "Read in PyTorch's page on nn.RNN what it starts from when it gets no state.",
        ["encoder_rnn"],
        [
            (
                "output, hidden = self.recurrent(embedded)",
                "output, hidden = self.recurrent(embedded, torch.zeros(1, len(input), self.encoder_hidden_size))",
            )
        ],
    ),
    Mistake(
        "encoder-lstm-start-device",
        ENCODER,
        "The LSTM starts from zeros of your own, which are on the CPU, wherever the input is.",
        "Read in PyTorch's page on nn.LSTM what it starts from when it gets no state.",
        ["encoder_lstm"],
        [
            (
                "output, (hidden, cell) = self.recurrent(embedded)",
                "zero = torch.zeros(1, len(input), self.encoder_hidden_size)\n"
                "            output, (hidden, cell) = self.recurrent(embedded, (zero, zero))",
            )
        ],
    ),
    Mistake(
        "loop-device",
        SEQ2SEQ,
        "The tensor for the results is made on the CPU, wherever the source is.",
        "Which device does torch.zeros use if you name none? The results should be where the source is.",
        ["seq2seq"],
        [
            (
                "outputs = torch.stack(steps, dim=1)",
                "outputs = torch.zeros(*source.shape, steps[0].shape[1])\n"
                "        for t in range(len(steps)):\n            outputs[:, t] = steps[t]",
            )
        ],
    ),
    Mistake(
        "embed-device",
        TRANSFORMER,
        "The positions are made on the CPU, wherever the words are.",
        "Which device does torch.arange use if you name none?",
        ["transformer_embed"],
        [("torch.arange(inputs.shape[1], device=inputs.device)", "torch.arange(inputs.shape[1])")],
    ),
    Mistake(
        "full-positions-device",
        TRANSFORMER,
        "The positions of the target are made on the CPU, wherever the target is.",
        "Which device does torch.arange use if you name none?",
        ["full_forward"],
        [("torch.arange(tgt.shape[1], device=tgt.device)", "torch.arange(tgt.shape[1])")],
    ),
    Mistake(
        "full-mask-device",
        TRANSFORMER,
        "The causal mask is made on the CPU, wherever the target is.",
        "On a GPU, all that nn.Transformer gets must be there. Which device does torch.ones use if you name none?",
        ["full_forward"],
        [(MASK, "everything = torch.ones(length, length, dtype=torch.bool)")],
    ),
    Mistake(
        "generate-device",
        TRANSFORMER,
        "The target is made on the CPU, wherever the source is.",
        "Which device does torch.full use if you name none? forward needs source and target in one place.",
        ["full_generate"],
        [("tgt = torch.full_like(src, self.pad_idx)", "tgt = torch.full(src.shape, self.pad_idx)")],
    ),
)
