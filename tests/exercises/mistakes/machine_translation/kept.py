"""What is kept in self from one call to the next, cut off from the graph, or never filled in."""

from __future__ import annotations

from autograder.judging.catalogue import Mistake

LSTM, TRANSFORMER = "models/naive/LSTM.py", "models/Transformer.py"
DECODER, SEQ2SEQ = "models/seq2seq/Decoder.py", "models/seq2seq/Seq2Seq.py"
START = "torch.zeros(batch_size, self.hidden_size, dtype=x.dtype, device=x.device)"
RECURRENT = "output, hidden = self.recurrent(embedded, hidden)"
ASKED = "weights = self.compute_attention(state, encoder_outputs)"

MISTAKES = (
    Mistake(
        "lstm-not-filled",
        LSTM,
        "The parameters are never filled: they hold what happened to lie in memory.",
        "torch.empty only finds room. Which given line fills it, and does it still stand in your constructor?",
        ["lstm_parameters"],
        [("        self.reset_parameters()\n", "")],
    ),
    Mistake(
        "lstm-start-not-filled",
        LSTM,
        "The start states are never filled: they hold what happened to lie in memory.",
        "torch.empty only finds room for numbers. What should h and c be before the first step?",
        ["lstm_forward"],
        [(START, START.replace("zeros", "empty"))],
    ),
    Mistake(
        "decoder-state-kept",
        DECODER,
        "The state of the last call is kept in self, and used in place of the one that comes in.",
        "Call the decoder for one sentence, then for another: where should the second one's state come from?",
        ["decoder", "decoder_attention"],
        [
            (
                RECURRENT,
                "if getattr(self, 'batch', 0) == len(input):\n            hidden = self.kept\n        "
                f"{RECURRENT}\n        self.batch, self.kept = len(input), hidden",
            )
        ],
    ),
    Mistake(
        "decoder-lstm-detach",
        DECODER,
        "With an LSTM, the state that comes in is cut off from the graph: no gradient gets past one step.",
        "Ask for the gradient of the old hidden state and of the old cell, one after the other.",
        ["decoder"],
        [
            (
                RECURRENT,
                "if self.model_type == 'LSTM':\n            hidden = (hidden[0].detach(), hidden[1].detach())\n"
                f"        {RECURRENT}",
            )
        ],
    ),
    Mistake(
        "context-state-detached",
        DECODER,
        "compute_attention gets a hidden state that is cut off from the graph.",
        "Where to look is learned, too: a gradient must get from the weights back to the hidden state.",
        ["decoder_attention"],
        [(ASKED, ASKED.replace("state,", "state.detach(),"))],
    ),
    Mistake(
        "context-outputs-detached",
        DECODER,
        "compute_attention gets encoder outputs that are cut off from the graph.",
        "The encoder's outputs count twice: in the weights and in the context. Does a gradient go both ways?",
        ["decoder_attention"],
        [(ASKED, ASKED.replace("encoder_outputs)", "encoder_outputs.detach())"))],
    ),
    Mistake(
        "context-outputs-kept",
        DECODER,
        "The encoder outputs of the first sentences are kept in self, and later ones are not looked at.",
        "Call the decoder for one sentence, then for another of the same length: what is kept in self?",
        ["decoder_attention"],
        [
            (
                ASKED,
                "if getattr(self, 'outputs', None) is None or self.outputs.shape != encoder_outputs.shape:\n"
                "                self.outputs = encoder_outputs\n            encoder_outputs = self.outputs\n"
                f"            {ASKED}",
            )
        ],
    ),
    Mistake(
        "context-weights-kept",
        DECODER,
        "The attention weights of the first step are kept in self, and later steps do not ask again.",
        "Each step has a new hidden state. Count how often compute_attention is called for one sentence.",
        ["decoder_attention"],
        [
            (
                ASKED,
                "if getattr(self, 'weights', None) is None or len(self.weights) != len(input):\n"
                "                self.weights = self.compute_attention(state, encoder_outputs)\n"
                "            weights = self.weights",
            )
        ],
    ),
    Mistake(
        "loop-encoder-kept",
        SEQ2SEQ,
        "What the encoder said of the first sentences is kept in self and used for later ones of the same shape.",
        "Translate two different sentences of the same length: what is kept in self?",
        ["seq2seq"],
        [
            (
                "encoder_outputs, hidden = self.encoder(source)",
                "if getattr(self, 'shape', None) != source.shape:\n"
                "            self.shape, self.encoded = source.shape, self.encoder(source)\n"
                "        encoder_outputs, hidden = self.encoded",
            )
        ],
    ),
    Mistake(
        "loop-last-not-filled",
        SEQ2SEQ,
        "The last step of the result is never filled: it holds what happened to lie in memory.",
        "torch.empty only finds room for numbers. Is there a line that writes to each of the T steps?",
        ["seq2seq", "seq2seq_attention"],
        [
            (
                "outputs = torch.stack(steps, dim=1)",
                "outputs = torch.empty(*source.shape, steps[0].shape[1], device=source.device)\n"
                "        outputs[:, :-1] = torch.stack(steps[:-1], dim=1) if steps[1:] else outputs[:, :-1]",
            )
        ],
    ),
    Mistake(
        "embed-positions-kept",
        TRANSFORMER,
        "The position vectors are copied once and kept: what they learn later does not count.",
        "Change a weight of your position embedding, then call embed again. Does the result change?",
        ["transformer_embed"],
        [
            (
                "self.position_embedding(positions)",
                "self.kept[: inputs.shape[1]]",
            ),
            (
                "        embedded = self.word_embedding(inputs)",
                "        if not hasattr(self, 'kept'):\n"
                "            self.kept = self.position_embedding.weight.detach().clone()\n"
                "        embedded = self.word_embedding(inputs)",
            ),
        ],
    ),
    Mistake(
        "full-causal-kept",
        TRANSFORMER,
        "The causal mask is made once for the first target and kept, though later ones may be longer.",
        "Call forward with a short target, then with a longer one. Which size has the mask?",
        ["full_forward"],
        [
            (
                "causal = torch.triu(everything, diagonal=1)",
                "if not hasattr(self, 'causal'):\n            self.causal = torch.triu(everything, diagonal=1)\n"
                "        causal = self.causal[:length, :length]",
            )
        ],
    ),
)
