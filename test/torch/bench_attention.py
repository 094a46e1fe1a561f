"""Every score of trainer/models/attention, one step's query over whole batches of sources."""

import math

import torch
from torch.nn import functional as F


class Attention:
    """Every score; what can be computed once a source is."""

    def __init__(self, attention, p, memory):
        self.attention, self.p, self.memory = attention, p, memory
        self.score = attention["score"]
        if self.score == "multi-head":
            both = F.linear(memory, p["attention.memory"], p["attention.memory_bias"])
            keys, self.values = [self.heads(half) for half in both.chunk(2, -1)]
            self.keys = keys.transpose(-1, -2)
        elif self.score == "location":
            longest = len(p["attention.location"])
            places = torch.arange(memory.shape[1]).clamp(max=longest - 1)
            self.keys = p["attention.location"][: memory.shape[1]] if memory.shape[1] <= longest else p["attention.location"][places]
        elif self.score == "local-p":
            self.keys = F.linear(memory, p["attention.key"])
            self.places = torch.arange(memory.shape[1], dtype=memory.dtype)
        elif self.score != "dot":
            self.keys = F.linear(memory, p["attention.key"], p.get("attention.key_bias"))

    def heads(self, x):
        return x.unflatten(-1, (self.attention["heads"], -1)).transpose(1, 2)

    def __call__(self, query, coverage, noise):
        """query `[batch, hidden]` → weights `[batch, source]`, or of several heads `[batch, head, 1, source]`, and the context."""
        p = self.p
        if self.score == "multi-head":
            asked = self.heads(F.linear(query, p["attention.query"], p["attention.query_bias"])[:, None])
            weights = (asked @ self.keys / math.sqrt(asked.shape[-1])).softmax(-1)
            return weights, F.linear((weights @ self.values).flatten(1), p["attention.output"], p["attention.output_bias"])
        scores = self.scores(query, coverage)
        if self.score == "hard":
            weights = self.sampled(scores, noise)
        elif self.score == "local-p":
            centre = self.memory.shape[1] * F.linear(torch.tanh(F.linear(query, p["attention.position"])), p["attention.position_energy"]).sigmoid()
            away, window = self.places - centre, self.attention["window"]
            align = scores.masked_fill(away.abs() > window, -1e9).softmax(-1)
            weights = align * torch.exp(away**2 * (-1 / (2 * (window / 2) ** 2)))
        else:
            weights = scores.softmax(-1)
        return weights, torch.bmm(weights.unsqueeze(1), self.memory).squeeze(1)

    def scores(self, query, coverage):
        p = self.p
        if self.score == "location":
            return F.linear(query, self.keys)
        if self.score in ("additive", "hard"):
            compared = self.keys + F.linear(query, p["attention.query"]).unsqueeze(1)
            if coverage is not None:
                compared = compared + coverage.unsqueeze(-1) * p["attention.coverage"]
            return F.linear(torch.tanh(compared), p["attention.energy"]).squeeze(-1)
        if self.score == "dot":
            return torch.bmm(self.memory, query.unsqueeze(-1)).squeeze(-1)
        if self.score == "scaled-dot-product":
            asked = F.linear(query, p["attention.query"])
            return torch.bmm(self.keys, asked.unsqueeze(-1)).squeeze(-1) / math.sqrt(asked.shape[-1])
        return torch.bmm(self.keys, query.unsqueeze(-1)).squeeze(-1)

    def sampled(self, scores, noise):
        """Straight-through Gumbel softmax, as `F.gumbel_softmax(hard=True)` has it; noise may be given."""
        if noise is None:
            noise = -torch.empty_like(scores).exponential_().log()
        soft = ((scores + noise) / self.attention["temperature"]).softmax(-1)
        chosen = torch.zeros_like(soft).scatter_(-1, soft.argmax(-1, keepdim=True), 1.0)
        return chosen - soft.detach() + soft
