"""Classifiers of texts and images, one unpadded example at a time, in double precision, out of PyTorch's own layers.

What a test sends: parameter.<name>; batch.<name>, the padded, time-major inputs of a training graph; dropout.<site>, masks
of shape [time * batch, features], that of what was pooled [batch, features].
"""
import math

import torch
import torch.nn.functional as F
from torch.nn.utils.stateless import functional_call

from exchange import answer


class Dropped(torch.nn.Module):
    """Stands in a layer of PyTorch's where its dropout is drawn, and applies the mask that was sent."""

    def __init__(self, drop, site):
        super().__init__()
        self.drop, self.site = drop, site

    def forward(self, x):
        return self.drop(self.site, x[0])[None]


def transformer_layer(p, name, x, drop, options):
    width, inner = x.shape[1], p[f"{name}.feed_forward.inner"].shape[0]
    layer = torch.nn.TransformerEncoderLayer(
        width, options["heads"], inner, dropout=0.0, batch_first=True, norm_first=options["norm"] == "pre", dtype=torch.double
    )
    layer.dropout1, layer.dropout2 = Dropped(drop, f"{name}.attention"), Dropped(drop, f"{name}.feed_forward")
    weights = {
        "self_attn.in_proj_weight": "attention.input", "self_attn.in_proj_bias": "attention.input_bias",
        "self_attn.out_proj.weight": "attention.output", "self_attn.out_proj.bias": "attention.output_bias",
        "linear1.weight": "feed_forward.inner", "linear1.bias": "feed_forward.inner_bias",
        "linear2.weight": "feed_forward.outer", "linear2.bias": "feed_forward.outer_bias",
        "norm1.weight": "attention_norm.gain", "norm1.bias": "attention_norm.bias",
        "norm2.weight": "feed_forward_norm.gain", "norm2.bias": "feed_forward_norm.bias",
    }
    return functional_call(layer, {theirs: p[f"{name}.{ours}"] for theirs, ours in weights.items()}, (x[None],))[0]


def placed(p, x, positions):
    if positions == "learned":
        return x + p["encoder.positions"][: len(x)]
    rate = torch.exp(torch.arange(0, x.shape[1], 2).double() * (-math.log(10000.0) / x.shape[1]))
    around = torch.arange(len(x))[:, None] * rate
    return x + torch.stack([around.sin(), around.cos()], 2).reshape(x.shape)


def transformer(p, x, drop, options):
    for layer in range(options["layers"]):
        x = transformer_layer(p, f"encoder.{layer}", x, drop, options)
    return F.layer_norm(x, x.shape[-1:], p["encoder.norm.gain"], p["encoder.norm.bias"]) if options["norm"] == "pre" else x


def recurrent_weights(p, name, cell):
    """Our gates are update, reset, candidate and input, output, forget, candidate; PyTorch has its own orders."""
    if cell == "gru":
        def reordered(weight):
            update, reset, candidate = weight.chunk(3)
            return torch.cat([reset, update, candidate])

        return [reordered(p[f"{name}.{kind}"]) for kind in ("input", "recurrent", "input_bias", "recurrent_bias")]

    def reordered(weight):
        write, read, keep, candidate = weight.chunk(4)
        return torch.cat([write, keep, candidate, read])

    forget = p[f"{name}.forget_bias"]
    zero = torch.zeros_like(forget)
    return [reordered(p[f"{name}.{kind}"]) for kind in ("input", "recurrent", "input_bias")] + [torch.cat([zero, forget, zero, zero])]


def recurrent(p, x, drop, options):
    both, hidden = options["bidirectional"], options["hidden"]
    directions = ("forward", "backward") if both else ("forward",)
    for layer in range(options["layers"]):
        suffix = f".{layer}" if layer else ""
        x = drop(f"encoder{suffix}", x) if layer else x
        weights = [w for d in directions for w in recurrent_weights(p, f"encoder.{d}{suffix}", options["cell"])]
        start = x.new_zeros(len(directions), 1, hidden)
        if options["cell"] == "gru":
            x = torch.gru(x[:, None], start, weights, True, 1, 0.0, True, both, False)[0][:, 0]
        else:
            x = torch.lstm(x[:, None], (start, start), weights, True, 1, 0.0, True, both, False)[0][:, 0]
    return x


def text(p, ids, drop, options):
    encoder = options["encoder"]
    words = F.embedding(ids, p["embedding"])
    if encoder["kind"] == "transformer":
        return transformer(p, drop("source", placed(p, words * math.sqrt(words.shape[1]), encoder["positions"])), drop, encoder)
    words = drop("source", words)
    return recurrent(p, words, drop, encoder) if encoder["kind"] == "recurrent" else words


def image(p, patches, drop, options):
    read = patches.double()
    if options.get("stem"):
        windows = read.reshape(len(read), -1, p["stem"].shape[1])
        read = F.relu(F.linear(windows, p["stem"], p["stem_bias"])).reshape(len(read), -1)
    x = placed(p, F.linear(read, p["patch"], p["patch_bias"]), options["positions"])
    return transformer(p, drop("patches", x), drop, options)


def pool(p, memory, pooling):
    """The pooled vector, and how much the hops are the same."""
    match pooling["kind"]:
        case "mean":
            return memory.mean(0), 0
        case "additive":
            hidden = torch.tanh(F.linear(memory, p["pooling.key"], p["pooling.key_bias"]))
            return (hidden @ p["pooling.query"][0]).softmax(0) @ memory, 0
        case "self-attentive":
            weights = (p["pooling.query"] @ torch.tanh(p["pooling.key"] @ memory.T)).softmax(1)
            penalty = torch.linalg.matrix_norm(weights @ weights.T - torch.eye(len(weights))) ** 2
            return (weights @ memory).flatten(), penalty
        case "multi-head":
            key, value = F.linear(memory, p["pooling.memory"]).chunk(2, 1)
            query, heads = p["pooling.query"].flatten()[None], pooling["heads"]
            one = torch.eye(memory.shape[1]).double()
            nothing = torch.zeros(1).double()
            output, _ = F.multi_head_attention_forward(
                query[:, None], key[:, None], value[:, None], memory.shape[1], heads, None, nothing.repeat(3 * len(one)), None,
                None, False, 0.0, one, nothing.repeat(len(one)), use_separate_proj_weight=True,
                q_proj_weight=one, k_proj_weight=one, v_proj_weight=one,
            )
            return output[0, 0], 0


def respond(tensors, options):
    named = lambda prefix: {n[len(prefix):]: t for n, t in tensors.items() if n.startswith(prefix)}
    p = {n: t.double().requires_grad_() for n, t in named("parameter.").items()}
    batch, masks = named("batch."), named("dropout.")
    labels, weights = batch["labels"], batch["label_weights"].double()
    encoder, name = (image, "patches") if options["kind"] == "image-classifier" else (text, "source")
    whole = batch[name].reshape(-1, len(labels), *batch[name].shape[1:]) if name == "patches" else batch[name]
    loss, likelihood = 0, 0
    for row in range(len(labels)):
        if weights[row] == 0:
            continue

        def drop(site, x):
            if site not in masks:
                return x
            mask = masks[site].double()
            return x * (mask[row] if site == "pooled" else mask.reshape(-1, len(labels), x.shape[-1])[: len(x), row])

        read = int((batch["source_bias"][row] == 0).sum()) if name == "source" else len(whole)
        vector, penalty = pool(p, encoder(p, whole[:read, row], drop, options), options["pooling"])
        pooled = drop("pooled", vector)
        logits = F.linear(pooled, p["output.weight"], p["output.bias"])
        mean = lambda smoothing: weights[row] * F.cross_entropy(logits, labels[row], label_smoothing=smoothing)
        if options.get("finer"):
            finer = F.cross_entropy(F.linear(pooled, p["finer.weight"], p["finer.bias"]), batch["finer_labels"][row], label_smoothing=options["labelSmoothing"])
            loss = loss + options["finer"] * weights[row] * finer
        loss = loss + mean(options["labelSmoothing"]) + weights[row] * options["pooling"].get("penalty", 0) * penalty
        likelihood = likelihood + mean(0.0)
    loss.backward()
    return {"loss": loss, "likelihood": likelihood, **{f"gradient.{n}": t.grad.float() for n, t in p.items()}}


answer(respond)
