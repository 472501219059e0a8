"""The encoder."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/seq2seq/Encoder.py"

MISTAKES = (
    Mistake(
        "encoder-no-relu",
        MODULE,
        "The ReLU is missing.",
        "",
        ["encoder_rnn", "encoder_lstm"],
        [
            (
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))",
                "hidden = torch.tanh(self.linear_2(self.linear_1(hidden)))",
            )
        ],
    ),
    Mistake(
        "encoder-no-tanh",
        MODULE,
        "The tanh is missing.",
        "",
        ["encoder_rnn", "encoder_lstm"],
        [
            (
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))",
                "hidden = self.linear_2(torch.relu(self.linear_1(hidden)))",
            )
        ],
    ),
    Mistake(
        "encoder-relu-last",
        MODULE,
        "The tanh and the ReLU are swapped.",
        "",
        ["encoder_rnn", "encoder_lstm"],
        [
            (
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))",
                "hidden = torch.relu(self.linear_2(torch.tanh(self.linear_1(hidden))))",
            )
        ],
    ),
    Mistake(
        "encoder-one-linear",
        MODULE,
        "Only one Linear layer is used.",
        "",
        ["encoder_rnn", "encoder_lstm"],
        [
            (
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))",
                "hidden = torch.tanh(self.linear_2(torch.relu(hidden)))",
            )
        ],
    ),
    Mistake(
        "encoder-not-batch-first",
        MODULE,
        "The RNN is not batch first.",
        "",
        ["encoder_rnn"],
        [("nn.RNN(emb_size, encoder_hidden_size, batch_first=True)", "nn.RNN(emb_size, encoder_hidden_size)")],
    ),
    Mistake(
        "encoder-lstm-not-batch-first",
        MODULE,
        "The LSTM is not batch first.",
        "",
        ["encoder_lstm"],
        [("nn.LSTM(emb_size, encoder_hidden_size, batch_first=True)", "nn.LSTM(emb_size, encoder_hidden_size)")],
    ),
    Mistake(
        "encoder-no-dropout",
        MODULE,
        "There is no dropout.",
        "",
        ["encoder_rnn", "encoder_lstm"],
        [("self.dropout_layer(self.embedding(input))", "self.embedding(input)")],
    ),
    Mistake(
        "encoder-dropout-default",
        MODULE,
        "The dropout argument is ignored.",
        "",
        ["encoder_rnn", "encoder_lstm"],
        [("nn.Dropout(dropout)", "nn.Dropout(0.2)")],
    ),
    Mistake(
        "encoder-dropout-always",
        MODULE,
        "Dropout stays on in evaluation mode.",
        "",
        ["encoder_rnn", "encoder_lstm"],
        [("self.dropout_layer(self.embedding(input))", "nn.functional.dropout(self.embedding(input), self.dropout)")],
    ),
    Mistake(
        "encoder-dropout-output",
        MODULE,
        "The output is dropped out, too.",
        "",
        ["encoder_rnn", "encoder_lstm"],
        [
            (
                ('        if self.model_type == "LSTM":\n            return output'),
                (
                    "        output = self.dropout_layer(output)\n"
                    '        if self.model_type == "LSTM":\n'
                    "            return output"
                ),
            )
        ],
    ),
    Mistake(
        "encoder-dropout-hidden",
        MODULE,
        "The hidden state is dropped out, too.",
        "",
        ["encoder_rnn", "encoder_lstm"],
        [
            (
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))",
                (
                    "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))\n"
                    "        hidden = self.dropout_layer(hidden)"
                ),
            )
        ],
    ),
    Mistake(
        "encoder-lstm-dropout-output",
        MODULE,
        "The LSTM's output is dropped out, too.",
        "",
        ["encoder_lstm"],
        [
            (
                "            return output, (hidden, cell)",
                "            return self.dropout_layer(output), (hidden, cell)",
            )
        ],
    ),
    Mistake(
        "encoder-embedding-tanh",
        MODULE,
        "The embedding goes through a tanh.",
        "",
        ["encoder_rnn", "encoder_lstm"],
        [("self.dropout_layer(self.embedding(input))", "self.dropout_layer(torch.tanh(self.embedding(input)))")],
    ),
    Mistake(
        "encoder-relu-rnn",
        MODULE,
        "The RNN uses ReLU instead of tanh.",
        "",
        ["encoder_rnn"],
        [
            (
                "nn.RNN(emb_size, encoder_hidden_size, batch_first=True)",
                "nn.RNN(emb_size, encoder_hidden_size, batch_first=True, nonlinearity='relu')",
            )
        ],
    ),
    Mistake(
        "encoder-cell-transformed",
        MODULE,
        "The cell goes through the Linear layers, too.",
        "",
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
        "The cell gets the decoder's size.",
        "",
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
        "The hidden state and the cell are swapped.",
        "",
        ["encoder_lstm"],
        [("output, (hidden, cell) = self.recurrent(embedded)", "output, (cell, hidden) = self.recurrent(embedded)")],
    ),
    Mistake(
        "encoder-lstm-no-cell",
        MODULE,
        "The cell is not returned.",
        "",
        ["encoder_lstm"],
        [("            return output, (hidden, cell)", "            return output, hidden")],
    ),
    Mistake(
        "encoder-lstm-hidden-raw",
        MODULE,
        "The LSTM's hidden state is not transformed.",
        "",
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
        "model_type is ignored: always an RNN.",
        "",
        ["encoder_lstm"],
        [
            ('if model_type == "LSTM":', "if False:"),
            (('        if self.model_type == "LSTM":\n            # TODO'), ("        if False:\n            # TODO")),
            (('        if self.model_type == "LSTM":\n            return'), ("        if False:\n            return")),
        ],
    ),
    Mistake(
        "encoder-outputs-mean",
        MODULE,
        "The hidden state is made of the mean of all outputs.",
        "",
        ["encoder_rnn"],
        [
            (
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))",
                (
                    "hidden = output.mean(1).unsqueeze(0) if self.model_type == 'RNN' else hidden\n"
                    "        hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))"
                ),
            )
        ],
    ),
    Mistake(
        "encoder-first-output",
        MODULE,
        "The hidden state is made of the first output.",
        "",
        ["encoder_rnn"],
        [
            (
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))",
                (
                    "hidden = output[:, 0].unsqueeze(0) if self.model_type == 'RNN' else hidden\n"
                    "        hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))"
                ),
            )
        ],
    ),
    Mistake(
        "encoder-hidden-no-layer-dim",
        MODULE,
        "The hidden state is (N, H): its first dimension is missing.",
        "",
        ["encoder_rnn", "encoder_lstm"],
        [
            (
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))",
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))[0]",
            )
        ],
    ),
    Mistake(
        "encoder-detach",
        MODULE,
        "The hidden state is detached.",
        "",
        ["encoder_rnn", "encoder_lstm"],
        [
            (
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))",
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden.detach()))))",
            )
        ],
    ),
    Mistake(
        "encoder-cell-detach",
        MODULE,
        "The cell is detached.",
        "",
        ["encoder_lstm"],
        [("            return output, (hidden, cell)", "            return output, (hidden, cell.detach())")],
    ),
    Mistake(
        "encoder-state-kept",
        MODULE,
        "The state survives between calls.",
        "",
        ["encoder_rnn"],
        [
            (
                "output, hidden = self.recurrent(embedded)",
                (
                    "old = getattr(self, 'old', None)\n"
                    "            output, hidden = self.recurrent(embedded, old if old is not None and "
                    "old.shape[1] == len(input) else None)\n"
                    "            self.old = hidden.detach()"
                ),
            )
        ],
    ),
    Mistake(
        "encoder-two-layers",
        MODULE,
        "The RNN has two layers.",
        "",
        ["encoder_rnn"],
        [
            (
                "nn.RNN(emb_size, encoder_hidden_size, batch_first=True)",
                "nn.RNN(emb_size, encoder_hidden_size, 2, batch_first=True)",
            )
        ],
    ),
)
