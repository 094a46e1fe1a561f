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


def main():
    plan = json.loads(sys.argv[1])
    torch.set_num_threads(plan["threads"])
    torch.manual_seed(1)
    model = GruTranslator(**plan["architecture"]).eval()

    @torch.inference_mode()
    def decode():
        """Every step's token, its log-probability and its row of attention, as numbers that a program can use."""
        memory, keys, state = model.encode(torch.tensor(plan["source"]).unsqueeze(1))
        token, ids, log_probabilities, rows = plan["start"], [], [], []
        for _ in range(plan["steps"]):
            word = model.target(torch.tensor([token]))
            state, context, weights = model.step(word, state, memory, keys)
            scores = F.log_softmax(model.logits(word, state, context), -1)[0]
            best = scores.max(0)
            token = best.indices.item()
            ids.append(token)
            log_probabilities.append(best.values.item())
            rows.append(weights[0].tolist())
        return ids, log_probabilities, rows

    def measure(request):
        times = []
        for _ in range(request["count"]):
            begin = time.perf_counter()
            decode()
            times.append((time.perf_counter() - begin) * 1e3)
        return times

    compete(model, measure)


main()
