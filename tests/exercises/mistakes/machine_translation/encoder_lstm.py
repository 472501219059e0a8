"""What goes wrong in the encoder with an LSTM only."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/seq2seq/Encoder.py"

MISTAKES = (
    Mistake(
        "encoder-lstm-not-batch-first",
        MODULE,
        "The LSTM takes the first dimension for time instead of the batch, so sentences are mixed.",
        (
            "Run one sentence alone and in a batch; if the results differ, compare the options of your two "
            "recurrent layers."
        ),
        ["encoder_lstm"],
        [("nn.LSTM(emb_size, encoder_hidden_size, batch_first=True)", "nn.LSTM(emb_size, encoder_hidden_size)")],
    ),
    Mistake(
        "encoder-lstm-dropout-output",
        MODULE,
        "With an LSTM, the output is dropped out, too.",
        "Compare your return line for the LSTM with the one for the RNN: output should be treated alike.",
        ["encoder_lstm"],
        [
            (
                "            return output, (hidden, cell)",
                "            return self.dropout_layer(output), (hidden, cell)",
            )
        ],
    ),
    Mistake(
        "encoder-cell-transformed",
        MODULE,
        "The cell state goes through the first Linear layer and a tanh.",
        "Compare the cell that comes back with the one that nn.LSTM gives; not a single number may differ.",
        ["encoder_lstm"],
        [
            (
                "            return output, (hidden, cell)",
                "            return output, (hidden, torch.tanh(self.linear_1(cell)))",
            )
        ],
    ),
    Mistake(
        "encoder-cell-second-linear",
        MODULE,
        "The cell state goes through both Linear layers, like the hidden state.",
        "Choose different hidden sizes for encoder and decoder and write down the shape of the cell that comes back.",
        ["encoder_lstm"],
        [
            (
                "            return output, (hidden, cell)",
                ("            return output, (hidden, torch.tanh(self.linear_2(torch.relu(self.linear_1(cell)))))"),
            )
        ],
    ),
    Mistake(
        "encoder-lstm-pair-swapped",
        MODULE,
        "The hidden state and the cell state of the LSTM are swapped.",
        "Look up in help(nn.LSTM) in which order the two states come, and compare with the names in your line.",
        ["encoder_lstm"],
        [("output, (hidden, cell) = self.recurrent(embedded)", "output, (cell, hidden) = self.recurrent(embedded)")],
    ),
    Mistake(
        "encoder-lstm-no-cell",
        MODULE,
        "With an LSTM, only the hidden state comes back, without the cell state.",
        "An LSTM decoder starts from two states; check that your return line hands on both.",
        ["encoder_lstm"],
        [("            return output, (hidden, cell)", "            return output, hidden")],
    ),
    Mistake(
        "encoder-lstm-hidden-raw",
        MODULE,
        "With an LSTM, the hidden state does not go through the two Linear layers.",
        "Check that the line with the two Linear layers runs for both model types.",
        ["encoder_lstm"],
        [
            (
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))",
                (
                    "if self.model_type != 'LSTM':\n"
                    "            hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))"
                ),
            )
        ],
    ),
    Mistake(
        "encoder-type-ignored",
        MODULE,
        "The recurrent layer is an RNN even when model_type is LSTM.",
        "Build one encoder of each model type, print both, and look for the difference.",
        ["encoder_lstm"],
        [
            ('if model_type == "LSTM":', "if False:"),
            (('        if self.model_type == "LSTM":\n            # TODO'), ("        if False:\n            # TODO")),
            (('        if self.model_type == "LSTM":\n            return'), ("        if False:\n            return")),
        ],
    ),
    Mistake(
        "encoder-cell-detach",
        MODULE,
        "The cell state that comes back is cut off from the graph.",
        "Call cell.sum().backward() on what the encoder returns and look which layers get a gradient.",
        ["encoder_lstm"],
        [("            return output, (hidden, cell)", "            return output, (hidden, cell.detach())")],
    ),
    Mistake(
        "encoder-hidden-of-cell",
        MODULE,
        "With an LSTM, the hidden state is made from the cell state.",
        "Both states have the same shape, so no error warns you: check which one goes into the first Linear layer.",
        ["encoder_lstm"],
        [
            (
                "output, (hidden, cell) = self.recurrent(embedded)",
                ("output, (_, cell) = self.recurrent(embedded)\n            hidden = cell"),
            )
        ],
    ),
    Mistake(
        "encoder-cell-dropped",
        MODULE,
        "The cell state is dropped out.",
        "Run the LSTM encoder in train() mode and look for exact zeros in the cell that comes back.",
        ["encoder_lstm"],
        [("return output, (hidden, cell)", "return output, (hidden, self.dropout_layer(cell))")],
    ),
)
