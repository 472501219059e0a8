# The vector of <pad> is kept from learning; both kinds of encoder share one bridge.

from torch import nn


class Encoder(nn.Module):
    def __init__(self, input_size, emb_size, encoder_hidden_size, decoder_hidden_size, dropout=0.2, model_type="RNN"):
        super().__init__()
        self.input_size, self.emb_size = input_size, emb_size
        self.encoder_hidden_size, self.decoder_hidden_size = encoder_hidden_size, decoder_hidden_size
        self.model_type = model_type
        self.words = nn.Embedding(input_size, emb_size, padding_idx=1)
        self.drop = nn.Dropout(p=dropout)
        kind = {"RNN": nn.RNN, "LSTM": nn.LSTM}[model_type]
        self.reader = kind(input_size=emb_size, hidden_size=encoder_hidden_size, batch_first=True)
        self.fc1 = nn.Linear(encoder_hidden_size, encoder_hidden_size)
        self.fc2 = nn.Linear(encoder_hidden_size, decoder_hidden_size)

    def forward(self, input):
        output, state = self.reader(self.drop(self.words(input)))
        if self.model_type == "LSTM":
            hidden, cell = state
            return output, (self.bridge(hidden), cell)
        return output, self.bridge(state)

    def bridge(self, hidden):
        return self.fc2(self.fc1(hidden).clamp(min=0)).tanh()
