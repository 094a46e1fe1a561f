"""A layer of a Transformer and its parts, modules named as trainer/models names their parameters; batch first."""

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

    def remember(self, memory):
        """Keys and values of a memory, `[batch, head, time, width / heads]`."""
        return map(self.split, self.memory(memory).chunk(2, -1))

    def attend(self, query, key, value, mask):
        """Output `[batch, time, width]` and weights `[batch, head, query, key]`."""
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        weights = (scores if mask is None else scores + mask).softmax(-1)
        return self.output((weights @ value).transpose(1, 2).flatten(2)), weights

    def forward(self, x, mask, memory=None, rotation=None):
        if self.crossed:
            query, (key, value) = self.split(self.query(x)), self.remember(memory)
        else:
            query, key, value = map(self.split, self.input(x).chunk(3, -1))
            if rotation is not None:
                query, key = turned(query, rotation), turned(key, rotation)
        return self.attend(query, key, value, mask)[0]


def turned(x, rotation):
    """Rotary positions: each feature i and i + d / 2 are turned as a pair."""
    cosine, sine = rotation
    first, second = x.chunk(2, -1)
    return x * cosine + torch.cat([second, first], -1) * sine


class FeedForward(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.inner, self.outer = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x):
        return self.outer(F.relu(self.inner(x)))


class Layer(nn.Module):
    def __init__(self, width, inner, heads, norm, dropout, crossed):
        super().__init__()
        self.attention, self.attention_norm = Attention(width, heads, False), nn.LayerNorm(width)
        if crossed:
            self.cross_attention, self.cross_attention_norm = Attention(width, heads, True), nn.LayerNorm(width)
        self.feed_forward, self.feed_forward_norm = FeedForward(width, inner), nn.LayerNorm(width)
        self.dropout, self.crossed, self.pre = nn.Dropout(dropout), crossed, norm == "pre"

    def sublayer(self, norm, x, function):
        if self.pre:
            return x + self.dropout(function(norm(x)))
        return norm(x + self.dropout(function(x)))

    def forward(self, x, mask, rotation, memory=None, memory_mask=None):
        x = self.sublayer(self.attention_norm, x, lambda y: self.attention(y, mask, rotation=rotation))
        if self.crossed:
            x = self.sublayer(self.cross_attention_norm, x, lambda y: self.cross_attention(y, memory_mask, memory))
        return self.sublayer(self.feed_forward_norm, x, self.feed_forward)


    def step(self, x, past, memory, rotation):
        """One token `[batch, 1, width]`, normalized before: its output, keys and values with its own, and cross-attention."""
        query, key, value = map(self.attention.split, self.attention.input(self.attention_norm(x)).chunk(3, -1))
        if rotation is not None:
            query, key = turned(query, rotation), turned(key, rotation)
        if past is not None:
            key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
        x = x + self.attention.attend(query, key, value, None)[0]
        asked = self.cross_attention.split(self.cross_attention.query(self.cross_attention_norm(x)))
        output, weights = self.cross_attention.attend(asked, *memory, None)
        x = x + output
        return x + self.feed_forward(self.feed_forward_norm(x)), (key, value), weights
