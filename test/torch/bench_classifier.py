"""The classifiers of trainer/models/classifier, as one writes them in PyTorch. Texts are all equally long."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from bench_recurrent import Weights, cells_of, encode
from bench_transformer import Stack, our_name


class Pooling(nn.Module):
    """By a learnt query, several of them, or one a head; with how much the hops are the same."""

    def __init__(self, pooling, features):
        super().__init__()
        self.kind, self.penalty, self.count = pooling["kind"], pooling.get("penalty", 0), pooling.get("heads", 1)
        if self.kind == "multi-head":
            self.query = nn.Linear(features // self.count, self.count, bias=False)
            self.memory = nn.Linear(features, 2 * features, bias=False)
        elif self.kind != "mean":
            self.key = nn.Linear(features, pooling["width"], bias=self.kind == "additive")
            self.query = nn.Linear(pooling["width"], pooling.get("hops", 1), bias=False)

    def forward(self, memory):
        """`[batch, time, features]` → `[batch, pooled]` and the penalty."""
        if self.kind == "mean":
            return memory.mean(1), 0
        if self.kind == "multi-head":
            keys, values = [half.unflatten(-1, (self.count, -1)).transpose(1, 2) for half in self.memory(memory).chunk(2, -1)]
            scores = keys @ self.query.weight.unsqueeze(-1) / math.sqrt(keys.shape[-1])
            return (scores.softmax(2).transpose(2, 3) @ values).flatten(1), 0
        weights = self.query(torch.tanh(self.key(memory))).softmax(1).transpose(1, 2)
        pooled = torch.bmm(weights, memory).flatten(1)
        if self.penalty == 0:
            return pooled, 0
        alike = torch.bmm(weights, weights.transpose(1, 2)) - torch.eye(weights.shape[1], dtype=weights.dtype)
        return pooled, self.penalty * alike.square().sum((1, 2)).mean()


def theirs(ours, model):
    names = {"output.weight": "output.weight", "output.bias": "output.bias"}
    return {name: ours[names.get(name, our_name(name))] for name, _ in model.named_parameters() if not name.startswith("weights.")}


class TextClassifier(nn.Module):
    def __init__(self, architecture, tensors, dropout=0.0):
        super().__init__()
        encoder, embedding = architecture["encoder"], architecture["embedding"]
        self.sizes, features = encoder, embedding
        self.dropout = nn.Dropout(dropout)
        self.embedding = nn.Embedding(architecture["vocabulary"], embedding)
        if encoder["kind"] == "transformer":
            names = ("layers", "heads", "inner", "norm", "positions", "longest")
            self.encoder = Stack(**{name: encoder[name] for name in names}, width=embedding, dropout=dropout)
        elif encoder["kind"] == "recurrent":
            features = (1 + encoder["bidirectional"]) * encoder["hidden"]
            self.weights = Weights(self.cells(tensors))
        self.pooling = Pooling(architecture["pooling"], features)
        pooled = features * architecture["pooling"].get("hops", 1)
        self.output = nn.Linear(pooled, architecture["classes"])

    def cells(self, ours):
        return cells_of({name: tensor for name, tensor in ours.items() if name.startswith("encoder.")}, self.sizes["cell"])

    def from_ours(self, ours):
        cells = self.cells(ours) if self.sizes["kind"] == "recurrent" else {}
        return theirs(ours, self) | {f"weights.{name.replace('.', '/')}": tensor for name, tensor in cells.items()}

    def forward(self, source):
        """source `[time, batch]` → logits `[batch, classes]` and the penalty of hops that look at the same."""
        if self.sizes["kind"] == "transformer":
            memory = self.encoder(self.embedding(source.t()) * math.sqrt(self.embedding.embedding_dim))
        else:
            words = self.dropout(self.embedding(source))
            if self.sizes["kind"] == "recurrent":
                words, _ = encode(self.weights(), self.sizes["cell"], self.sizes, words, self.dropout)
            memory = words.transpose(0, 1)
        pooled, penalty = self.pooling(memory)
        return self.output(self.dropout(pooled)), penalty


class ImageClassifier(nn.Module):
    def __init__(self, architecture, patches, dropout=0.0):
        super().__init__()
        sizes = {name: architecture[name] for name in ("layers", "heads", "inner", "norm", "positions")}
        features = architecture["features"]
        self.patch = nn.Linear(architecture["patch"] ** 2 * architecture["channels"], features)
        self.encoder = Stack(**sizes, width=features, longest=patches, dropout=dropout)
        self.pooling = Pooling(architecture["pooling"], features)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(features * architecture["pooling"].get("hops", 1), architecture["classes"])

    def from_ours(self, ours):
        return theirs(ours, self)

    def forward(self, patches):
        """patches `[patch, batch, pixels]` → logits `[batch, classes]` and the penalty of hops that look at the same."""
        pooled, penalty = self.pooling(self.encoder(self.patch(patches).transpose(0, 1)))
        return self.output(self.dropout(pooled)), penalty
