"""The encoder, with both kinds of recurrent layers or with an RNN."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/seq2seq/Encoder.py"

MISTAKES = (
    Mistake(
        "encoder-no-relu",
        MODULE,
        "The ReLU between the two Linear layers is missing.",
        (
            "Follow the negative z₂ of the sentence a b, in the example by hand, through your lines and see "
            "where it should become 0."
        ),
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
        "The tanh after the second Linear layer is missing.",
        "Try to find numbers above 1 in your hidden state, then compare its line with the third equation.",
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
        "The ReLU and the tanh have changed places.",
        "Read the equation of hidden from the inside to the outside and number its four operations.",
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
        "The first Linear layer is left out; only the second one is used.",
        "Go through the layers of __init__ one by one and mark where forward uses each of them.",
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
        "The RNN takes the first dimension for time instead of the batch, so sentences are mixed.",
        "Change one sentence of a batch: the outputs of the others must stay, or else look at the RNN's options.",
        ["encoder_rnn"],
        [("nn.RNN(emb_size, encoder_hidden_size, batch_first=True)", "nn.RNN(emb_size, encoder_hidden_size)")],
    ),
    Mistake(
        "encoder-no-dropout",
        MODULE,
        "Nothing is dropped out in training mode.",
        "Call the encoder twice in train() mode with the same ids and compare the two outputs.",
        ["encoder_rnn", "encoder_lstm"],
        [("self.dropout_layer(self.embedding(input))", "self.embedding(input)")],
    ),
    Mistake(
        "encoder-dropout-default",
        MODULE,
        "The probability of dropout is always 0.2, whatever the constructor gets.",
        "Build an encoder with dropout=0.9 and print it; the number must appear in its dropout layer.",
        ["encoder_rnn", "encoder_lstm"],
        [("nn.Dropout(dropout)", "nn.Dropout(0.2)")],
    ),
    Mistake(
        "encoder-dropout-always",
        MODULE,
        "Dropout stays on in evaluation mode.",
        "Call the encoder twice in eval() mode; if the results differ, find out how your dropout could know the mode.",
        ["encoder_rnn", "encoder_lstm"],
        [("self.dropout_layer(self.embedding(input))", "nn.functional.dropout(self.embedding(input), self.dropout)")],
    ),
    Mistake(
        "encoder-dropout-output",
        MODULE,
        "The output is dropped out, too.",
        "In the table of symbols, read the row of output to its end, and mark all uses of your dropout layer.",
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
        "The hidden state that comes back is dropped out, too.",
        "Count the exact zeros in the hidden state in train() mode; after a tanh there is hardly ever one.",
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
        "encoder-embedding-tanh",
        MODULE,
        "The embedding goes through a tanh before it is read by the recurrent layer.",
        "Compare the first equation with your line of embedded and count the functions in both.",
        ["encoder_rnn", "encoder_lstm"],
        [("self.dropout_layer(self.embedding(input))", "self.dropout_layer(torch.tanh(self.embedding(input)))")],
    ),
    Mistake(
        "encoder-relu-rnn",
        MODULE,
        "The RNN works with ReLU instead of its usual tanh.",
        "Reread the two conventions at the beginning of the notebook: one of them is about the options of nn.RNN.",
        ["encoder_rnn"],
        [
            (
                "nn.RNN(emb_size, encoder_hidden_size, batch_first=True)",
                "nn.RNN(emb_size, encoder_hidden_size, batch_first=True, nonlinearity='relu')",
            )
        ],
    ),
    Mistake(
        "encoder-outputs-mean",
        MODULE,
        "The hidden state is made from the mean of all outputs instead of the last state.",
        "A recurrent layer returns two things; say for each of them what it is and which one the Linear layers want.",
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
        "The hidden state is made from the output at the first position instead of the last state.",
        "Check the index of z in the equation of hidden, and at which position of the sentence it stands.",
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
        "The hidden state comes back as (N, H_d): its first dimension, of size 1, is missing.",
        (
            "Reread the lines below the table of symbols about the 1 in front, and count the dimensions of "
            "your hidden state."
        ),
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
        "The last state is cut off from the graph before the two Linear layers.",
        "Call hidden.sum().backward() and see whether the embedding gets a gradient.",
        ["encoder_rnn", "encoder_lstm"],
        [
            (
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))",
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden.detach()))))",
            )
        ],
    ),
    Mistake(
        "encoder-state-kept",
        MODULE,
        "The RNN starts from the last state of the call before instead of zeros.",
        "In eval() mode, read sentence A, then B, then A again: the first and third results must be equal.",
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
        "The RNN has two layers instead of one.",
        "Print the encoder, and read again how many layers and directions the conventions of the notebook allow.",
        ["encoder_rnn"],
        [
            (
                "nn.RNN(emb_size, encoder_hidden_size, batch_first=True)",
                "nn.RNN(emb_size, encoder_hidden_size, 2, batch_first=True)",
            )
        ],
    ),
    Mistake(
        "encoder-first-linear-size",
        MODULE,
        "The first Linear layer already goes to the decoder's hidden size instead of keeping the encoder's.",
        "Write the two sizes of each Linear layer beside the row of the table of symbols that gives them.",
        ["encoder_rnn", "encoder_lstm"],
        [
            (
                "nn.Linear(encoder_hidden_size, encoder_hidden_size)",
                "nn.Linear(encoder_hidden_size, decoder_hidden_size)",
            ),
            (
                "self.linear_2 = nn.Linear(encoder_hidden_size, decoder_hidden_size)",
                "self.linear_2 = nn.Linear(decoder_hidden_size, decoder_hidden_size)",
            ),
        ],
    ),
    Mistake(
        "encoder-hidden-batch-first",
        MODULE,
        "The hidden state comes back as (N, 1, H_d) instead of (1, N, H_d).",
        "Use N = 3 and write down the shape of hidden after every line; batch_first does not concern the states.",
        ["encoder_rnn", "encoder_lstm"],
        [
            (
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden))))",
                "hidden = torch.tanh(self.linear_2(torch.relu(self.linear_1(hidden)))).transpose(0, 1)",
            )
        ],
    ),
    Mistake(
        "encoder-return-swapped",
        MODULE,
        "The two results come back in the wrong order, the state first.",
        "Compare your return lines with the order of the two results in the docstring of forward.",
        ["encoder_rnn", "encoder_lstm"],
        [
            ("return output, (hidden, cell)", "return (hidden, cell), output"),
            ("return output, hidden", "return hidden, output"),
        ],
    ),
    Mistake(
        "encoder-dropout-twice",
        MODULE,
        "Dropout is applied to the embedding twice.",
        "With dropout=0.5, count which part of the numbers that the recurrent layer reads is zero in train() mode.",
        ["encoder_rnn", "encoder_lstm"],
        [
            (
                "self.dropout_layer(self.embedding(input))",
                "self.dropout_layer(self.dropout_layer(self.embedding(input)))",
            )
        ],
    ),
)
