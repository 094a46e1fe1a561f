"""The Transformer of trainer/models/transformer/translator.ts, as one writes it in PyTorch."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Attention(nn.Module):
    """Multi-head attention; keys and values from a memory, or from the input itself."""

    def __init__(self, width, heads, crossed):
        super().__init__()
        self.heads, self.crossed = heads, crossed
        if crossed:
            self.query, self.memory = nn.Linear(width, width), nn.Linear(width, 2 * width)
        else:
            self.input = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)

    def split(self, x):
        batch, time, width = x.shape
        return x.view(batch, time, self.heads, width // self.heads).transpose(1, 2)

    def forward(self, x, mask, memory=None):
        if self.crossed:
            query, (key, value) = self.query(x), self.memory(memory).chunk(2, -1)
        else:
            query, key, value = self.input(x).chunk(3, -1)
        query, key, value = map(self.split, (query, key, value))
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        weights = (scores if mask is None else scores + mask).softmax(-1)
        return self.output((weights @ value).transpose(1, 2).reshape(x.shape))


class Layer(nn.Module):
    def __init__(self, width, inner, heads, dropout, crossed):
        super().__init__()
        self.attention = Attention(width, heads, False)
        self.crossed = Attention(width, heads, True) if crossed else None
        self.inner, self.outer = nn.Linear(width, inner), nn.Linear(inner, width)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3 if crossed else 2))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask, memory=None, memory_mask=None):
        x = x + self.dropout(self.attention(self.norms[0](x), mask))
        if self.crossed is not None:
            x = x + self.dropout(self.crossed(self.norms[2](x), memory_mask, memory))
        return x + self.dropout(self.outer(F.relu(self.inner(self.norms[1](x)))))


class TransformerTranslator(nn.Module):
    def __init__(self, vocabulary, width, heads, inner, encoderLayers, decoderLayers, norm, positions, longest, dropout=0.0):
        assert (norm, positions) == ("pre", "sinusoidal"), "raced as it is usually trained"
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        nn.init.normal_(self.embedding.weight, std=width**-0.5)
        sizes = (width, inner, heads, dropout)
        self.encoder = nn.ModuleList(Layer(*sizes, crossed=False) for _ in range(encoderLayers))
        self.decoder = nn.ModuleList(Layer(*sizes, crossed=True) for _ in range(decoderLayers))
        self.encoder_norm, self.decoder_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        positions = torch.arange(float(longest))[:, None] * torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
        self.register_buffer("positions", torch.stack([positions.sin(), positions.cos()], -1).reshape(longest, width))
        self.register_buffer("causal", torch.full((longest, longest), -1e9).triu(1))

    def words(self, ids):
        scale = math.sqrt(self.embedding.embedding_dim)
        return self.dropout(self.embedding(ids) * scale + self.positions[: ids.shape[1]])

    def forward(self, source, target, lengths=None, mask=None):
        """source and target `[time, batch]`, mask `[batch, source]` → logits `[target, batch, vocabulary]`."""
        memory_mask = None if mask is None else mask[:, None, None, :]
        memory = self.words(source.t())
        for layer in self.encoder:
            memory = layer(memory, memory_mask)
        memory = self.encoder_norm(memory)
        x = self.words(target.t())
        causal = self.causal[: x.shape[1], : x.shape[1]]
        for layer in self.decoder:
            x = layer(x, causal, memory, memory_mask)
        # Time first, as the labels are; the rows' order costs nothing that matters here.
        return F.linear(self.decoder_norm(x).transpose(0, 1), self.embedding.weight)
