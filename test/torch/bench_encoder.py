"""BERT's encoder with output_attentions=True, eager, in PyTorch for `npm run bench -- foreign`.

    bench_encoder.py '{"vocabulary": …, "positions": …, "width": …, "layers": …, "heads": …, "inner": …, "threads": 2, "tokens": 128}'
"""

import json
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

from bench_contestant import compete


class Layer(nn.Module):
    """Devlin et al. 2019: attention and a feed-forward layer, each normalized after it is added to what went in."""

    def __init__(self, width, heads, inner):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.output = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.attended, self.fed = nn.LayerNorm(width, eps=1e-12), nn.LayerNorm(width, eps=1e-12)

    def forward(self, states, mask):
        rows, length, width = states.shape
        split = lambda x: x.view(rows, length, self.heads, width // self.heads).transpose(1, 2)
        scores = split(self.query(states)) @ split(self.key(states)).transpose(-1, -2) / math.sqrt(width // self.heads)
        weights = F.softmax(scores + mask, -1)
        mixed = (weights @ split(self.value(states))).transpose(1, 2).reshape(rows, length, width)
        states = self.attended(states + self.output(mixed))
        return self.fed(states + self.down(F.gelu(self.up(states)))), weights


class Encoder(nn.Module):
    def __init__(self, vocabulary, positions, width, layers, heads, inner):
        super().__init__()
        self.words, self.places, self.types = nn.Embedding(vocabulary, width), nn.Embedding(positions, width), nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(width, heads, inner) for _ in range(layers))

    def forward(self, ids, mask, types):
        states = self.norm(self.words(ids) + self.types(types) + self.places(torch.arange(ids.shape[1])))
        added = (1.0 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
        attentions = []
        for layer in self.layers:
            states, weights = layer(states, added)
            attentions.append(weights)
        return states, attentions


def main():
    plan = json.loads(sys.argv[1])
    torch.set_num_threads(plan.pop("threads"))
    torch.manual_seed(1)
    tokens = plan.pop("tokens")
    model = Encoder(**plan).eval()
    ids = torch.tensor([[index * 7 % 50 for index in range(tokens)]])

    def measure(request):
        times = []
        with torch.inference_mode():
            for _ in range(request["count"]):
                begin = time.perf_counter()
                model(ids, torch.ones_like(ids), torch.zeros_like(ids))
                times.append((time.perf_counter() - begin) * 1e3)
        return times

    compete(model, measure)


main()
