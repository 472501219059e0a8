"""The decoder's step."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/seq2seq/Decoder.py"

MISTAKES = (
    Mistake(
        "decoder-softmax",
        MODULE,
        "Probabilities come back: a softmax stands in place of the log-softmax.",
        "Do the small example by hand with the scores 0 and ln 3; its results are negative numbers.",
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
        "Raw scores come back, without a log-softmax.",
        "Look for positive numbers in the result, then add up its exponentials; log-probabilities pass both tests.",
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
        "The log-softmax runs over the sentences of the batch instead of the words.",
        "Call it with a single sentence: if all results are 0, look at the dimension of your log-softmax.",
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
        "A ReLU comes before the Linear layer that scores the words.",
        "In the third equation, look at what stands between Linear and h, and compare with your line.",
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
        "The embedding goes through a ReLU before it is read by the recurrent layer.",
        "Compare the first equation with your line of embedded and cross out what is not in both.",
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
        "The recurrent layer starts from zeros; the state that comes in is ignored.",
        "Call the decoder with the same word and two different states; the results must differ.",
        ["decoder", "decoder_attention"],
        [("self.recurrent(embedded, hidden)", "self.recurrent(embedded)")],
    ),
    Mistake(
        "decoder-old-state",
        MODULE,
        "The state that comes back is the old one, not the new one.",
        "Compare the state before and after one call; broken version A in the notebook shows where this leads.",
        ["decoder", "decoder_attention"],
        [("output, hidden = self.recurrent(embedded, hidden)", "output, _ = self.recurrent(embedded, hidden)")],
    ),
    Mistake(
        "decoder-no-dropout",
        MODULE,
        "Nothing is dropped out in training mode.",
        "In train() mode, call the decoder twice with the same word and the same state, and compare.",
        ["decoder", "decoder_attention"],
        [("embedded = self.dropout_layer(self.embedding(input))", "embedded = self.embedding(input)")],
    ),
    Mistake(
        "decoder-dropout-output",
        MODULE,
        "The output of the recurrent layer is dropped out, too.",
        "Mark every use of your dropout layer in forward; the equations of this step have one.",
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
        "Read symptom 3 in the section on broken versions, and find out whether your dropout can know of eval().",
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
        "The dropout layer keeps PyTorch's own probability of 0.5, whatever the constructor gets.",
        "Print a decoder that you build with dropout=0.1 and read the p of its dropout layer.",
        ["decoder", "decoder_attention"],
        [("nn.Dropout(dropout)", "nn.Dropout()")],
    ),
    Mistake(
        "decoder-squeeze",
        MODULE,
        "squeeze() without a dimension also removes the batch dimension when there is one sentence.",
        "Call the decoder with N = 1 and write down the shape after every line; symptom 2 in the notebook is yours.",
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
        "The log-probabilities have the shape (N, 1, V) instead of (N, V).",
        "Write down the shape that the recurrent layer gives, and decide which of its dimensions has to go.",
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
        "The recurrent layer is an RNN even when model_type is LSTM.",
        "Build an RNN decoder and an LSTM decoder and compare how many numbers their recurrent layers have.",
        ["decoder", "decoder_attention"],
        [('nn.LSTM if model_type == "LSTM" else nn.RNN', "nn.RNN")],
    ),
    Mistake(
        "decoder-lstm-cell-lost",
        MODULE,
        "With an LSTM, the cell state starts from zeros in every step.",
        "Change only the cell of the pair that goes in; both the result and the new pair must change.",
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
        "With an LSTM, only the hidden state comes back instead of the pair.",
        "Make two steps in a row, giving the state of the first one to the second one as it came back.",
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
        "The words are scored with the old hidden state instead of the new one.",
        (
            "Change only the input word; if the log-probabilities of the same step stay, check what your "
            "Linear layer reads."
        ),
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
        "The state that comes in is cut off from the graph, so no gradient gets back to earlier steps.",
        "Make two steps, call backward() on the second result, and look at the embedding of the first word.",
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
        "The recurrent layer takes the first dimension for time, so the sentences are taken for steps.",
        "Call the decoder with N = 3 and compare the shape of embedded with what your recurrent layer expects.",
        ["decoder", "decoder_attention"],
        [("decoder_hidden_size, batch_first=True)", "decoder_hidden_size)")],
    ),
    Mistake(
        "decoder-constant",
        MODULE,
        "All words get the same number, whatever goes in.",
        "Change the input word, then the state, and check after each change that the log-probabilities move.",
        ["decoder", "decoder_attention"],
        [
            (
                "log_probs = F.log_softmax(self.score(output.squeeze(1)), dim=1)",
                "log_probs = torch.full((len(input), self.output_size), -1.0)",
            )
        ],
    ),
    Mistake(
        "decoder-output-as-state",
        MODULE,
        "The output of the recurrent layer comes back in place of its new state.",
        "Use N = 3 and write down the shapes of both things that the recurrent layer returns.",
        ["decoder", "decoder_attention"],
        [("        return log_probs, hidden", "        return log_probs, output")],
    ),
    Mistake(
        "decoder-return-swapped",
        MODULE,
        "The two results come back in the wrong order, the state first.",
        "Look at how the loop of Seq2Seq takes the two results apart, and compare with your return line.",
        ["decoder", "decoder_attention"],
        [("        return log_probs, hidden", "        return hidden, log_probs")],
    ),
    Mistake(
        "decoder-recurrent-size",
        MODULE,
        "The recurrent layer has the encoder's hidden size instead of the decoder's.",
        "Build a decoder with different hidden sizes, H_e = 3 and H_d = 5, and call it with a state of size 5.",
        ["decoder"],
        [
            (
                "recurrent_class(emb_size, decoder_hidden_size, batch_first=True)",
                "recurrent_class(emb_size, encoder_hidden_size, batch_first=True)",
            )
        ],
    ),
    Mistake(
        "decoder-lstm-pair-swapped",
        MODULE,
        "With an LSTM, the hidden state and the cell state change places in the pair that comes back.",
        "Check whether you take the pair apart anywhere; the layer takes and gives it in one and the same order.",
        ["decoder", "decoder_attention"],
        [
            (
                "        return log_probs, hidden",
                "        return log_probs, (hidden[1], hidden[0]) if self.model_type == 'LSTM' else hidden",
            )
        ],
    ),
    Mistake(
        "decoder-looks-by-argument",
        MODULE,
        "The decoder looks at encoder outputs whenever it gets some, even when attention is off.",
        "Build a decoder without attention, hand it encoder outputs all the same, and see which condition decides.",
        ["decoder"],
        [("        if self.attention:\n", "        if encoder_outputs is not None:\n")],
    ),
)
