"""Greedy decoding with attention in PyTorch for `npm run bench -- decode`.

    bench_decode.py '{"architecture": {…}, "threads": 1, "source": [ids], "start": 1, "steps": 12}'
"""

import json
import sys
import time

import torch
from torch.nn import functional as F

from bench_contestant import compete
from bench_gru import GruTranslator
from bench_transformer import TransformerTranslator


class Gru:
    def __init__(self, architecture, source):
        self.model = GruTranslator(**architecture).eval()
        self.source = torch.tensor(source).unsqueeze(1)

    def begin(self):
        self.memory, self.keys, self.state = self.model.encode(self.source)

    def step(self, token, _):
        word = self.model.target(torch.tensor([token]))
        self.state, context, weights = self.model.step(word, self.state, self.memory, self.keys)
        return self.model.logits(word, self.state, context), weights[0]


class Transformer:
    def __init__(self, architecture, source):
        sizes = {key: value for key, value in architecture.items() if key != "kind"}
        self.model = TransformerTranslator(**sizes).eval()
        self.source = torch.tensor([source])

    def begin(self):
        self.memory, self.past = self.model.encode(self.source), [None] * len(self.model.decoder.layers)

    def step(self, token, position):
        scores, weights = self.model.step(torch.tensor([[token]]), position, self.past, self.memory)
        return scores, weights[0].mean(0)[0]


def main():
    plan = json.loads(sys.argv[1])
    torch.set_num_threads(plan["threads"])
    torch.manual_seed(1)
    architecture = plan["architecture"]
    side = (Transformer if architecture.get("kind") == "transformer-translator" else Gru)(architecture, plan["source"])

    @torch.inference_mode()
    def decode():
        """Every step's token, its log-probability and its row of attention, as numbers that a program can use."""
        side.begin()
        token, ids, log_probabilities, rows = plan["start"], [], [], []
        for position in range(plan["steps"]):
            logits, weights = side.step(token, position)
            scores = F.log_softmax(logits, -1)[0]
            best = scores.max(0)
            token = best.indices.item()
            ids.append(token)
            log_probabilities.append(best.values.item())
            rows.append(weights.tolist())
        return ids, log_probabilities, rows

    def measure(request):
        times = []
        for _ in range(request["count"]):
            begin = time.perf_counter()
            decode()
            times.append((time.perf_counter() - begin) * 1e3)
        return times

    compete(side.model, measure)


main()
