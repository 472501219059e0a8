"""The decoder, without and with attention."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/seq2seq/Decoder.py"

MISTAKES = (
    Mistake(
        "decoder-softmax",
        MODULE,
        "A softmax stands in for the log-softmax.",
        "",
        ["decoder", "decoder_attention"],
        [
            (
                "log_probs = F.log_softmax(self.score(output.squeeze(1)), dim=1)",
                "log_probs = F.softmax(self.score(output.squeeze(1)), dim=1)",
            )
        ],
    ),
    Mistake(
        "decoder-raw",
        MODULE,
        "The scores are returned raw, without a log-softmax.",
        "",
        ["decoder", "decoder_attention"],
        [
            (
                "log_probs = F.log_softmax(self.score(output.squeeze(1)), dim=1)",
                "log_probs = self.score(output.squeeze(1))",
            )
        ],
    ),
    Mistake(
        "decoder-softmax-batch",
        MODULE,
        "The log-softmax runs over the batch.",
        "",
        ["decoder", "decoder_attention"],
        [
            (
                "log_probs = F.log_softmax(self.score(output.squeeze(1)), dim=1)",
                "log_probs = F.log_softmax(self.score(output.squeeze(1)), dim=0)",
            )
        ],
    ),
    Mistake(
        "decoder-relu",
        MODULE,
        "A ReLU comes before the output layer.",
        "",
        ["decoder", "decoder_attention"],
        [
            (
                "log_probs = F.log_softmax(self.score(output.squeeze(1)), dim=1)",
                "log_probs = F.log_softmax(self.score(torch.relu(output.squeeze(1))), dim=1)",
            )
        ],
    ),
    Mistake(
        "decoder-embedding-relu",
        MODULE,
        "The embedding goes through a ReLU.",
        "",
        ["decoder", "decoder_attention"],
        [
            (
                "embedded = self.dropout_layer(self.embedding(input))",
                "embedded = self.dropout_layer(torch.relu(self.embedding(input)))",
            )
        ],
    ),
    Mistake(
        "decoder-zero-state",
        MODULE,
        "The state is ignored.",
        "",
        ["decoder", "decoder_attention"],
        [("self.recurrent(embedded, hidden)", "self.recurrent(embedded)")],
    ),
    Mistake(
        "decoder-old-state",
        MODULE,
        "The old state is returned.",
        "",
        ["decoder", "decoder_attention"],
        [("output, hidden = self.recurrent(embedded, hidden)", "output, _ = self.recurrent(embedded, hidden)")],
    ),
    Mistake(
        "decoder-no-dropout",
        MODULE,
        "There is no dropout.",
        "",
        ["decoder", "decoder_attention"],
        [("embedded = self.dropout_layer(self.embedding(input))", "embedded = self.embedding(input)")],
    ),
    Mistake(
        "decoder-dropout-output",
        MODULE,
        "The recurrent layer's output is dropped out, too.",
        "",
        ["decoder"],
        [
            (
                "log_probs = F.log_softmax(self.score(output.squeeze(1)), dim=1)",
                "log_probs = F.log_softmax(self.score(self.dropout_layer(output.squeeze(1))), dim=1)",
            )
        ],
    ),
    Mistake(
        "decoder-dropout-always",
        MODULE,
        "Dropout stays on in evaluation mode.",
        "",
        ["decoder", "decoder_attention"],
        [
            (
                "embedded = self.dropout_layer(self.embedding(input))",
                "embedded = F.dropout(self.embedding(input), self.dropout)",
            )
        ],
    ),
    Mistake(
        "decoder-dropout-default",
        MODULE,
        "The dropout argument is ignored.",
        "",
        ["decoder"],
        [("nn.Dropout(dropout)", "nn.Dropout()")],
    ),
    Mistake(
        "decoder-squeeze",
        MODULE,
        "squeeze() without a dimension loses the batch of one.",
        "",
        ["decoder", "decoder_attention"],
        [
            (
                "log_probs = F.log_softmax(self.score(output.squeeze(1)), dim=1)",
                "log_probs = F.log_softmax(self.score(output.squeeze()), dim=-1)",
            )
        ],
    ),
    Mistake(
        "decoder-3d",
        MODULE,
        "The result is (N, 1, V).",
        "",
        ["decoder", "decoder_attention"],
        [
            (
                "log_probs = F.log_softmax(self.score(output.squeeze(1)), dim=1)",
                "log_probs = F.log_softmax(self.score(output), dim=2)",
            )
        ],
    ),
    Mistake(
        "decoder-type-ignored",
        MODULE,
        "model_type is ignored: always an RNN.",
        "",
        ["decoder", "decoder_attention"],
        [('nn.LSTM if model_type == "LSTM" else nn.RNN', "nn.RNN")],
    ),
    Mistake(
        "decoder-lstm-cell-lost",
        MODULE,
        "The cell is set to zero in each step.",
        "",
        ["decoder", "decoder_attention"],
        [
            (
                "self.recurrent(embedded, hidden)",
                (
                    "self.recurrent(embedded, (hidden[0], torch.zeros_like(hidden[1])) if self.model_type == "
                    "'LSTM' else hidden)"
                ),
            )
        ],
    ),
    Mistake(
        "decoder-lstm-returns-h",
        MODULE,
        "With an LSTM, only the hidden state comes back.",
        "",
        ["decoder", "decoder_attention"],
        [
            (
                "        return log_probs, hidden",
                "        return log_probs, hidden[0] if self.model_type == 'LSTM' else hidden",
            )
        ],
    ),
    Mistake(
        "decoder-hidden-in-score",
        MODULE,
        "The scores are made of the old hidden state.",
        "",
        ["decoder", "decoder_attention"],
        [
            (
                "log_probs = F.log_softmax(self.score(output.squeeze(1)), dim=1)",
                "log_probs = F.log_softmax(self.score(state0[0]), dim=1)",
            ),
            (
                "output, hidden = self.recurrent",
                (
                    "state0 = hidden[0] if self.model_type == 'LSTM' else hidden\n"
                    "        output, hidden = self.recurrent"
                ),
            ),
        ],
    ),
    Mistake(
        "decoder-detach",
        MODULE,
        "The state is detached.",
        "",
        ["decoder"],
        [
            (
                "self.recurrent(embedded, hidden)",
                (
                    "self.recurrent(embedded, tuple(h.detach() for h in hidden) if self.model_type == 'LSTM' "
                    "else hidden.detach())"
                ),
            )
        ],
    ),
    Mistake(
        "decoder-not-batch-first",
        MODULE,
        "The recurrent layer is not batch first.",
        "",
        ["decoder", "decoder_attention"],
        [("decoder_hidden_size, batch_first=True)", "decoder_hidden_size)")],
    ),
    Mistake(
        "decoder-constant",
        MODULE,
        "The result is a constant.",
        "",
        ["decoder", "decoder_attention"],
        [
            (
                "log_probs = F.log_softmax(self.score(output.squeeze(1)), dim=1)",
                "log_probs = torch.full((len(input), self.output_size), -1.0)",
            )
        ],
    ),
    Mistake(
        "context-second",
        MODULE,
        "The embedding comes before the context.",
        "",
        ["decoder_attention"],
        [("torch.cat((context, embedded), dim=2)", "torch.cat((embedded, context), dim=2)")],
    ),
    Mistake(
        "context-activation",
        MODULE,
        "A tanh follows the Linear layer.",
        "",
        ["decoder_attention"],
        [
            (
                "embedded = self.combine(torch.cat((context, embedded), dim=2))",
                "embedded = torch.tanh(self.combine(torch.cat((context, embedded), dim=2)))",
            )
        ],
    ),
    Mistake(
        "context-relu",
        MODULE,
        "A ReLU follows the Linear layer.",
        "",
        ["decoder_attention"],
        [
            (
                "embedded = self.combine(torch.cat((context, embedded), dim=2))",
                "embedded = torch.relu(self.combine(torch.cat((context, embedded), dim=2)))",
            )
        ],
    ),
    Mistake(
        "context-sum",
        MODULE,
        "The context is the plain sum of the encoder's outputs.",
        "",
        ["decoder_attention"],
        [("context = torch.bmm(weights, encoder_outputs)", "context = encoder_outputs.sum(1, keepdim=True)")],
    ),
    Mistake(
        "context-mean",
        MODULE,
        "The context is the plain mean of the encoder's outputs.",
        "",
        ["decoder_attention"],
        [("context = torch.bmm(weights, encoder_outputs)", "context = encoder_outputs.mean(1, keepdim=True)")],
    ),
    Mistake(
        "context-unused",
        MODULE,
        "The context is not used.",
        "",
        ["decoder_attention"],
        [
            (
                "embedded = self.combine(torch.cat((context, embedded), dim=2))",
                "self.combine(torch.cat((context, embedded), dim=2))",
            )
        ],
    ),
    Mistake(
        "context-cell",
        MODULE,
        "With an LSTM, attention looks at the cell.",
        "",
        ["decoder_attention"],
        [
            (
                'state = hidden[0] if self.model_type == "LSTM" else hidden',
                'state = hidden[1] if self.model_type == "LSTM" else hidden',
            )
        ],
    ),
    Mistake(
        "context-detach",
        MODULE,
        "The encoder's outputs are detached.",
        "",
        ["decoder_attention"],
        [("context = torch.bmm(weights, encoder_outputs)", "context = torch.bmm(weights, encoder_outputs.detach())")],
    ),
    Mistake(
        "context-weights-detach",
        MODULE,
        "The weights are detached.",
        "",
        ["decoder_attention"],
        [("context = torch.bmm(weights, encoder_outputs)", "context = torch.bmm(weights.detach(), encoder_outputs)")],
    ),
    Mistake(
        "context-dropped",
        MODULE,
        "The context is dropped out, too.",
        "",
        ["decoder_attention"],
        [("torch.cat((context, embedded), dim=2))", "self.dropout_layer(torch.cat((context, embedded), dim=2)))")],
    ),
    Mistake(
        "context-inplace",
        MODULE,
        "The encoder's outputs are changed in place.",
        "",
        ["decoder_attention"],
        [
            (
                "context = torch.bmm(weights, encoder_outputs)",
                "context = encoder_outputs.mul_(weights.transpose(1, 2)).sum(1, keepdim=True)",
            )
        ],
    ),
    Mistake(
        "context-best-only",
        MODULE,
        "Only the best position counts.",
        "",
        ["decoder_attention"],
        [
            (
                "context = torch.bmm(weights, encoder_outputs)",
                ("context = encoder_outputs[torch.arange(len(input)), weights[:, 0].argmax(1)].unsqueeze(1)"),
            )
        ],
    ),
    Mistake(
        "context-embedding-not-dropped",
        MODULE,
        "The embedding that joins the context is not dropped out.",
        "",
        ["decoder_attention"],
        [("torch.cat((context, embedded), dim=2)", "torch.cat((context, self.embedding(input)), dim=2)")],
    ),
    Mistake(
        "context-wrong-method",
        MODULE,
        "forward computes a dot-product attention of its own.",
        "",
        ["decoder_attention"],
        [
            (
                "weights = self.compute_attention(state, encoder_outputs)",
                ("weights = torch.softmax(torch.bmm(state.transpose(0, 1), encoder_outputs.transpose(1, 2)), dim=2)"),
            )
        ],
    ),
)
