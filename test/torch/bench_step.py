"""Training steps in PyTorch for `npm run bench -- step`: forward, backward, clipping, AdamW.

    bench_step.py PLAN.json MODEL     the plan is written by test/bench/step-plan.ts

A request is {"set", "from", "count"}: which set of batches, which of them.
"""

import json
import sys
import time

import torch
from torch.nn import functional as F

from bench_contestant import compete
from bench_gru import GruTranslator
from bench_training import Training
from bench_transformer import TransformerTranslator


def padded(rows, pad):
    """Rows as one tensor `[time, batch]`, as long as the longest."""
    longest = max(map(len, rows))
    return torch.tensor([row + [pad] * (longest - len(row)) for row in rows]).t().contiguous()


def prepare(pairs, special):
    """A batch's tensors. Sorted by length, which the encoder is fastest with."""
    pairs = sorted(pairs, key=lambda pair: -len(pair["source"]))
    lengths = torch.tensor([len(pair["source"]) for pair in pairs])
    source = padded([pair["source"] for pair in pairs], special["pad"])
    ragged = bool((lengths != lengths[0]).any())
    return {
        "source": source,
        "target": padded([[special["start"]] + pair["target"] for pair in pairs], special["pad"]),
        "labels": padded([pair["target"] + [special["end"]] for pair in pairs], special["pad"]).reshape(-1),
        # Nothing is masked where all are equally long.
        "lengths": lengths if ragged else None,
        "mask": (source == special["pad"]).t() * -1e9 if ragged else None,
    }


def loss_of(batch, settings, special):
    def loss(model):
        logits = model(batch["source"], batch["target"], batch["lengths"], batch["mask"])
        return F.cross_entropy(
            logits.reshape(-1, logits.shape[-1]), batch["labels"],
            ignore_index=special["pad"], label_smoothing=settings["labelSmoothing"],
        )

    return loss


def model_of(architecture, dropout):
    sizes = {key: value for key, value in architecture.items() if key != "kind"}
    if architecture["kind"] == "transformer-translator":
        return TransformerTranslator(**sizes, dropout=dropout)
    sizes = {key: sizes[key] for key in ("vocabulary", "embedding", "hidden")}
    return GruTranslator(**sizes, attention=architecture["attention"]["width"], dropout=dropout)


def main():
    with open(sys.argv[1]) as file:
        plan = json.load(file)
    settings, special = plan["config"]["training"], plan["special"]
    torch.set_num_threads(settings["threads"])
    torch.manual_seed(1)
    architecture = plan["models"][sys.argv[2]]
    training = Training(model_of(architecture, settings["dropout"]), settings)
    sets = {name: [prepare(batch["pairs"], special) for batch in batches] for name, batches in plan["sets"].items()}

    def measure(request):
        times = []
        for batch in sets[request["set"]][request["from"] : request["from"] + request["count"]]:
            begin = time.perf_counter()
            training.step(loss_of(batch, settings, special))
            times.append((time.perf_counter() - begin) * 1e3)
        return times

    compete(training.model, measure)


main()
