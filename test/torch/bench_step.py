"""Training steps in PyTorch for `npm run bench -- step`: forward, backward, clipping, AdamW.

    bench_step.py PLAN.json MODEL     the plan is written by test/bench/step-plan.ts

A request is {"set", "from", "count"}: which set of batches, which of them.
"""

import inspect
import json
import sys
import time

import torch
from torch.nn import functional as F

from bench_contestant import compete
from bench_gru import GruTranslator
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


class Training:
    def __init__(self, model, settings, special):
        self.model = model.train()
        self.settings, self.pad = settings, special["pad"]
        # The quickest form that this version has.
        fused = {"fused": True} if "fused" in inspect.signature(torch.optim.AdamW).parameters else {}
        try:
            self.optimizer = self.adamw(**fused)
        except RuntimeError:
            self.optimizer = self.adamw()

    def adamw(self, **options):
        decays = [one for one in self.model.parameters() if one.dim() > 1]
        plain = [one for one in self.model.parameters() if one.dim() <= 1]
        groups = [{"params": decays, "weight_decay": self.settings["weightDecay"]}, {"params": plain, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=self.settings["learningRate"], betas=(0.9, 0.98), eps=1e-9, **options)

    def step(self, batch):
        self.optimizer.zero_grad(set_to_none=True)
        logits = self.model(batch["source"], batch["target"], batch["lengths"], batch["mask"])
        loss = F.cross_entropy(
            logits.reshape(-1, logits.shape[-1]), batch["labels"],
            ignore_index=self.pad, label_smoothing=self.settings["labelSmoothing"],
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings["clipNorm"])
        self.optimizer.step()
        return loss.item()


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
    training = Training(model_of(architecture, settings["dropout"]), settings, special)
    sets = {name: [prepare(batch["pairs"], special) for batch in batches] for name, batches in plan["sets"].items()}

    def measure(request):
        times = []
        for batch in sets[request["set"]][request["from"] : request["from"] + request["count"]]:
            begin = time.perf_counter()
            training.step(batch)
            times.append((time.perf_counter() - begin) * 1e3)
        return times

    compete(training.model, measure)


main()
