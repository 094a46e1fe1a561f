"""The Transformers of trainer/models/transformer, as one writes them in PyTorch: batch first, modules named as ours are."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from bench_layer import Layer


def our_name(name):
    """What trainer/models calls a parameter of these modules."""
    stem, kind = name.replace(".layers.", ".").rsplit(".", 1)
    if kind not in ("weight", "bias"):
        return f"{stem}.{kind}"
    if stem.endswith("norm"):
        return f"{stem}.gain" if kind == "weight" else f"{stem}.bias"
    return stem if kind == "weight" else f"{stem}_bias"


class Stack(nn.Module):
    """Layers one upon the other, and the positions of what enters them."""

    def __init__(self, layers, width, heads, inner, norm, positions, longest, dropout, crossed=False):
        super().__init__()
        self.layers = nn.ModuleList(Layer(width, inner, heads, norm, dropout, crossed) for _ in range(layers))
        if norm == "pre":
            self.norm = nn.LayerNorm(width)
        self.pre, self.kind, self.dropout = norm == "pre", positions, nn.Dropout(dropout)
        if positions == "learned":
            self.positions = nn.Parameter(torch.randn(longest, width) * width**-0.5)
        elif positions == "sinusoidal":
            around = angles(longest, width)
            self.register_buffer("places", torch.stack([around.sin(), around.cos()], -1).reshape(longest, width))
        else:
            around = angles(longest, width // heads)
            self.register_buffer("cosine", torch.cat([around.cos(), around.cos()], -1))
            self.register_buffer("sine", torch.cat([-around.sin(), around.sin()], -1))

    def placed(self, words, start=0):
        """Positions added, where they are added, and dropout on what enters."""
        end = start + words.shape[1]
        if self.kind != "rotary":
            words = words + (self.positions if self.kind == "learned" else self.places)[start:end]
        return self.dropout(words)

    def rotation(self, start, end):
        return (self.cosine[start:end], self.sine[start:end]) if self.kind == "rotary" else None

    def forward(self, words, mask=None, memory=None, memory_mask=None):
        x, rotation = self.placed(words), self.rotation(0, words.shape[1])
        for layer in self.layers:
            x = layer(x, mask, rotation, memory, memory_mask)
        return self.norm(x) if self.pre else x


def angles(length, features):
    return torch.arange(float(length))[:, None] * torch.exp(torch.arange(0, features, 2) * (-math.log(10000.0) / features))


class TiedEmbedding(nn.Module):
    """What translators and language models have in common: one table for words and for the output."""

    def __init__(self, vocabulary, width, longest):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        nn.init.normal_(self.embedding.weight, std=width**-0.5)
        self.register_buffer("causal", torch.full((longest, longest), -1e9).triu(1))

    def words(self, ids):
        return self.embedding(ids) * math.sqrt(self.embedding.embedding_dim)

    def logits(self, x):
        return F.linear(x, self.embedding.weight)

    def from_ours(self, ours):
        return {name: ours[our_name(name)] for name, _ in self.named_parameters()}


class TransformerTranslator(TiedEmbedding):
    def __init__(self, vocabulary, width, heads, inner, encoderLayers, decoderLayers, norm, positions, longest, dropout=0.0):
        super().__init__(vocabulary, width, longest)
        sizes = (width, heads, inner, norm, positions, longest, dropout)
        self.encoder, self.decoder = Stack(encoderLayers, *sizes), Stack(decoderLayers, *sizes, crossed=True)

    def forward(self, source, target, lengths=None, mask=None):
        """source and target `[time, batch]`, mask `[batch, source]` → logits `[target, batch, vocabulary]`."""
        memory_mask = None if mask is None else mask[:, None, None, :]
        memory = self.encoder(self.words(source.t()), memory_mask)
        time = len(target)
        x = self.decoder(self.words(target.t()), self.causal[:time, :time], memory, memory_mask)
        # Time first, as the labels are; the rows' order costs nothing that matters here.
        return self.logits(x.transpose(0, 1))

    def encode(self, source):
        """source `[batch, time]` → keys and values of each decoder layer's memory."""
        memory = self.encoder(self.words(source))
        return [tuple(layer.cross_attention.remember(memory)) for layer in self.decoder.layers]

    def step(self, token, position, past, memory):
        """token `[batch, 1]`, past a list with an entry a layer, which it changes → logits and the last layer's attention."""
        assert self.decoder.pre
        x, rotation = self.decoder.placed(self.words(token), position), self.decoder.rotation(position, position + 1)
        for index, layer in enumerate(self.decoder.layers):
            x, past[index], weights = layer.step(x, past[index], memory[index], rotation)
        return self.logits(self.decoder.norm(x))[:, 0], weights


class TransformerLanguageModel(TiedEmbedding):
    def __init__(self, vocabulary, width, heads, inner, layers, norm, positions, longest, dropout=0.0):
        super().__init__(vocabulary, width, longest)
        self.decoder = Stack(layers, width, heads, inner, norm, positions, longest, dropout)

    def forward(self, target):
        """target `[time, batch]` → logits `[target, batch, vocabulary]`."""
        time = len(target)
        return self.logits(self.decoder(self.words(target.t()), self.causal[:time, :time]).transpose(0, 1))
