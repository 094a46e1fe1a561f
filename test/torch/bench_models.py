"""The models that `npm run bench -- mechanisms` races against. Run as a script, it answers a test with the loss and gradients
of one of them on given weights, in double precision: that it computes what ours does.
"""

import torch
from torch.nn import functional as F

from bench_classifier import ImageClassifier, TextClassifier
from bench_recurrent import RecurrentTranslator
from bench_transformer import TransformerLanguageModel, TransformerTranslator


def model_of(architecture, tensors, dropout):
    """tensors: initial parameters by our names; modules of PyTorch's own start as they do there."""
    sizes = {key: value for key, value in architecture.items() if key != "kind"}
    match architecture["kind"]:
        case "recurrent-translator":
            return RecurrentTranslator(architecture, tensors, dropout)
        case "transformer-translator":
            return TransformerTranslator(**sizes, dropout=dropout)
        case "transformer-language-model":
            return TransformerLanguageModel(**sizes, dropout=dropout)
        case "text-classifier":
            return TextClassifier(architecture, tensors, dropout)
        case "image-classifier":
            along = lambda side: (side - architecture["patch"]) // architecture["stride"] + 1
            return ImageClassifier(architecture, along(architecture["height"]) * along(architecture["width"]), dropout)


def inputs_of(kind, batch):
    """What forward takes, of the tensors that our training graph takes, flat and time-major."""
    rows = batch["batch"]
    timed = lambda name: batch[name].reshape(-1, rows)
    match kind:
        case "recurrent-translator":
            noise = batch.get("gumbel.attention")
            given = () if noise is None else (noise.reshape(len(timed("target")), rows, -1),)
            return (timed("source"), timed("target"), *given)
        case "transformer-translator":
            return timed("source"), timed("target")
        case "transformer-language-model":
            return (timed("target"),)
        case "text-classifier":
            return (timed("source"),)
        case "image-classifier":
            return (batch["patches"].reshape(batch["patches"].numel() // (rows * batch["features"]), rows, -1),)


def loss_of(given, labels, smoothing):
    logits, extra = given if isinstance(given, tuple) else (given, 0)
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]), labels, label_smoothing=smoothing) + extra


def respond(tensors, options):
    architecture, rows = options["architecture"], options["batch"]
    named = lambda prefix: {n[len(prefix):]: t for n, t in tensors.items() if n.startswith(prefix)}
    ours = {n: t.double().requires_grad_() for n, t in named("parameter.").items()}
    model = model_of(architecture, {n: t.detach().clone() for n, t in ours.items()}, 0.0).double()
    weights = model.from_ours(ours)
    if set(weights) != {name for name, _ in model.named_parameters()}:
        raise ValueError("a parameter has no counterpart")
    batch = {n: t.double() if t.is_floating_point() else t for n, t in named("batch.").items()}
    batch |= {"batch": rows, "features": batch["patches"].shape[-1] if "patches" in batch else 0}
    given = functional_call(model, weights, inputs_of(architecture["kind"], batch))
    loss = loss_of(given, batch["labels"], options["labelSmoothing"])
    loss.backward()
    logits = given[0] if isinstance(given, tuple) else given
    likelihood = F.cross_entropy(logits.flatten(0, -2), batch["labels"])
    return {"loss": loss, "likelihood": likelihood, **{f"gradient.{n}": t.grad.float() for n, t in ours.items()}}


if __name__ == "__main__":
    # What a race does without: one thread, and a call that newer versions have elsewhere.
    from torch.nn.utils.stateless import functional_call

    from exchange import answer

    answer(respond)
