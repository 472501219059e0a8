"""The decoder's step with attention: the context and how it is joined."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

MODULE = "models/seq2seq/Decoder.py"

MISTAKES = (
    Mistake(
        "context-second",
        MODULE,
        "The embedding comes before the context when the two are joined.",
        "Compare the order in your torch.cat with the row of the table of symbols that has v and e in it.",
        ["decoder_attention"],
        [("torch.cat((context, embedded), dim=2)", "torch.cat((embedded, context), dim=2)")],
    ),
    Mistake(
        "context-activation",
        MODULE,
        "A tanh follows the Linear layer that joins context and embedding.",
        "Read the last row of the table of symbols for this step to its end: it speaks about activation functions.",
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
        "A ReLU follows the Linear layer that joins context and embedding.",
        "Check whether the joined vector can have negative numbers in your code; nothing in its equation forbids them.",
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
        "The context is the plain sum of the encoder outputs, without the weights.",
        "Compute the context of the example by hand, (4.70, 4.23), with your line.",
        ["decoder_attention"],
        [("context = torch.bmm(weights, encoder_outputs)", "context = encoder_outputs.sum(1, keepdim=True)")],
    ),
    Mistake(
        "context-mean",
        MODULE,
        "The context is the plain mean of the encoder outputs, without the weights.",
        "Move the largest weight to another position on paper; the context must move towards that position's vector.",
        ["decoder_attention"],
        [("context = torch.bmm(weights, encoder_outputs)", "context = encoder_outputs.mean(1, keepdim=True)")],
    ),
    Mistake(
        "context-unused",
        MODULE,
        "The context is computed but not used: the recurrent layer still reads the embedding alone.",
        "Look at symptom 5 in the section on broken versions, and check which tensor the recurrent layer reads.",
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
        "With an LSTM, attention looks at the cell state instead of the hidden state.",
        (
            "Write down which half of the pair you hand to compute_attention; the first bullet of the step "
            "names the right one."
        ),
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
        "No gradient flows back from the context to the encoder outputs.",
        "The encoder outputs enter a step in two ways; follow both of them and look for detach() or .data.",
        ["decoder_attention"],
        [("context = torch.bmm(weights, encoder_outputs)", "context = torch.bmm(weights, encoder_outputs.detach())")],
    ),
    Mistake(
        "context-weights-detach",
        MODULE,
        "The weights are cut off from the graph, so the model cannot learn where to look.",
        "Give the hidden state requires_grad and follow its gradient through compute_attention into the context.",
        ["decoder_attention"],
        [("context = torch.bmm(weights, encoder_outputs)", "context = torch.bmm(weights.detach(), encoder_outputs)")],
    ),
    Mistake(
        "context-dropped",
        MODULE,
        "Dropout works on the context, too, and on the embedding for a second time.",
        "Count how often your dropout layer is used in one step with attention, and on which tensors.",
        ["decoder_attention"],
        [("torch.cat((context, embedded), dim=2))", "self.dropout_layer(torch.cat((context, embedded), dim=2)))")],
    ),
    Mistake(
        "context-inplace",
        MODULE,
        "The encoder outputs themselves are changed while the context is computed.",
        (
            "Make two steps with the same encoder outputs and compare these before and after; methods that "
            "end in _ write in place."
        ),
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
        "Only the encoder output with the largest weight becomes the context.",
        "Count how many of the three vectors take part in the context of the example by hand.",
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
        "The embedding that is joined with the context has not gone through dropout.",
        "Check which tensor you join with the context: the one before the dropout layer or the one after it.",
        ["decoder_attention"],
        [("torch.cat((context, embedded), dim=2)", "torch.cat((context, self.embedding(input)), dim=2)")],
    ),
    Mistake(
        "context-wrong-method",
        MODULE,
        "forward computes weights from dot products itself instead of asking compute_attention.",
        "Search forward for a call of your own method; this step is graded with another function in its place.",
        ["decoder_attention"],
        [
            (
                "weights = self.compute_attention(state, encoder_outputs)",
                ("weights = torch.softmax(torch.bmm(state.transpose(0, 1), encoder_outputs.transpose(1, 2)), dim=2)"),
            )
        ],
    ),
    Mistake(
        "context-new-state",
        MODULE,
        "Attention looks at the hidden state after this step instead of the one that the step starts with.",
        (
            "Write the order of your lines beside the equations: attention has to be finished before the "
            "recurrent layer runs."
        ),
        ["decoder_attention"],
        [
            (
                "            weights = self.compute_attention(state, encoder_outputs)",
                (
                    "            _, state = self.recurrent(embedded, hidden)\n"
                    "            state = state[0] if self.model_type == 'LSTM' else state\n"
                    "            weights = self.compute_attention(state, encoder_outputs)"
                ),
            )
        ],
    ),
    Mistake(
        "context-weights-softmax",
        MODULE,
        "A second softmax is applied to the weights before the context is computed.",
        "Check what compute_attention returns: if its numbers already sum to 1, nothing is left to do with them.",
        ["decoder_attention"],
        [
            (
                "weights = self.compute_attention(state, encoder_outputs)",
                "weights = torch.softmax(self.compute_attention(state, encoder_outputs), dim=2)",
            )
        ],
    ),
    Mistake(
        "context-alone",
        MODULE,
        "The embedding of the word is left out; only the context goes into the joining Linear layer.",
        "Change only the input word of a step with attention; the result must change.",
        ["decoder_attention"],
        [
            (
                "embedded = self.combine(torch.cat((context, embedded), dim=2))",
                "embedded = self.combine(torch.cat((context, torch.zeros_like(embedded)), dim=2))",
            )
        ],
    ),
)
