"""Training steps of any model in PyTorch, for the races of `npm run bench` over mechanisms, lengths and batches.

    bench_exercise.py PLAN.json     written by test/bench/exercise-race.ts

A request is {"from", "count"}; batches come round again when all have been used.
"""

import json
import sys
import time

import torch

from bench_contestant import compete
from bench_models import inputs_of, loss_of, model_of
from bench_training import Training


def first_values(spec):
    """A parameter as our training starts it (trainer/training/state.ts), from other random numbers."""
    shape, start = spec["shape"], spec["start"]
    match start["kind"]:
        case "normal":
            return torch.randn(shape) * start["deviation"]
        case "glorot":
            out, into = shape[-2:]
            return (torch.rand(shape) * 2 - 1) * (6 / (into + out)) ** 0.5
        case kind:
            return torch.ones(shape) if kind == "ones" else torch.zeros(shape)


def main():
    with open(sys.argv[1]) as file:
        plan = json.load(file)
    settings, architecture = plan["settings"], plan["architecture"]
    torch.set_num_threads(settings["threads"])
    torch.manual_seed(1)
    tensors = {spec["name"]: first_values(spec) for spec in plan["parameters"]}
    training = Training(model_of(architecture, tensors, settings["dropout"]), settings)
    common = {"batch": plan["batch"], "features": plan["features"]}
    batches = [{name: torch.tensor(numbers) for name, numbers in batch.items()} | common for batch in plan["batches"]]
    prepared = [(inputs_of(architecture["kind"], batch), batch["labels"]) for batch in batches]

    def measure(request):
        times = []
        for index in range(request["from"], request["from"] + request["count"]):
            inputs, labels = prepared[index % len(prepared)]
            begin = time.perf_counter()
            loss = training.step(lambda model: loss_of(model(*inputs), labels, settings["labelSmoothing"]))
            times.append((time.perf_counter() - begin) * 1e3)
            if loss != loss:
                raise ValueError("the loss is no number")
        return times

    compete(training.model, measure)


main()
