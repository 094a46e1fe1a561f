"""The GRU translator of trainer/models/recurrent/translator.ts that is Bahdanau's, as one writes it in PyTorch."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class GruTranslator(nn.Module):
    def __init__(self, vocabulary, embedding, hidden, attention, dropout=0.0):
        super().__init__()
        self.source = nn.Embedding(vocabulary, embedding)
        self.target = nn.Embedding(vocabulary, embedding)
        for table in (self.source, self.target):
            nn.init.normal_(table.weight, std=embedding**-0.5)
        self.encoder = nn.GRU(embedding, hidden, bidirectional=True)
        self.start = nn.Linear(hidden, hidden)
        self.query = nn.Linear(hidden, attention, bias=False)
        self.key = nn.Linear(2 * hidden, attention)
        self.energy = nn.Linear(attention, 1, bias=False)
        # Its input is the previous word beside the context.
        self.decoder = nn.GRUCell(embedding + 2 * hidden, hidden)
        self.readout = nn.Linear(embedding + hidden + 2 * hidden, embedding)
        self.output_bias = nn.Parameter(torch.zeros(vocabulary))
        self.dropout = nn.Dropout(dropout)

    def encode(self, source, lengths=None):
        """source `[time, batch]` → memory `[batch, time, 2 hidden]`, keys `[batch, time, attention]`, state `[batch, hidden]`."""
        words = self.dropout(self.source(source))
        if lengths is None:
            memory, last = self.encoder(words)
        else:
            memory, last = self.encoder(pack_padded_sequence(words, lengths))
            memory, _ = pad_packed_sequence(memory)
        memory = memory.transpose(0, 1).contiguous()
        return memory, self.key(memory), torch.tanh(self.start(last[1]))

    def attend(self, state, memory, keys, mask):
        energy = self.energy(torch.tanh(keys + self.query(state).unsqueeze(1))).squeeze(-1)
        weights = (energy if mask is None else energy + mask).softmax(-1)
        return weights, torch.bmm(weights.unsqueeze(1), memory).squeeze(1)

    def step(self, word, state, memory, keys, mask=None):
        weights, context = self.attend(state, memory, keys, mask)
        return self.decoder(torch.cat([word, context], -1), state), context, weights

    def logits(self, words, states, contexts):
        hidden_word = torch.tanh(self.readout(torch.cat([words, states, contexts], -1)))
        return F.linear(self.dropout(hidden_word), self.target.weight, self.output_bias)

    def forward(self, source, target, lengths=None, mask=None):
        """source and target `[time, batch]`, mask `[batch, source]` → logits `[target, batch, vocabulary]`."""
        memory, keys, state = self.encode(source, lengths)
        words = self.dropout(self.target(target))
        states, contexts = [], []
        for word in words:
            state, context, _ = self.step(word, state, memory, keys, mask)
            states.append(state)
            contexts.append(context)
        return self.logits(words, torch.stack(states), torch.stack(contexts))
